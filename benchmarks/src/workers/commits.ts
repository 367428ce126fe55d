/** What PostgreSQL commits: 16 connections that each insert one row after the other, as pgbench does. */
import { randomUUID } from "node:crypto"
import { Effect, Schema } from "effect"
import pg from "pg"
import { workerMain } from "./workerMain.ts"

const Input = Schema.Struct({ databaseUrl: Schema.String, seconds: Schema.Finite })

const clients = 16

workerMain(Input, ({ databaseUrl, seconds }) =>
  Effect.promise(async () => {
    const lines = await Promise.all(
      Array.from({ length: clients }, async () => {
        const client = new pg.Client({ connectionString: databaseUrl })
        await client.connect()
        return client
      })
    )
    await lines[0]?.query("create table if not exists floor (id text primary key, body text not null)")
    const began = performance.now()
    let rows = 0
    await Promise.all(
      lines.map(async (client) => {
        while (performance.now() - began < seconds * 1000) {
          await client.query({ name: "one", text: "insert into floor values ($1, $2)", values: [randomUUID(), "{}"] })
          rows++
        }
      })
    )
    const perSecond = (rows * 1000) / (performance.now() - began)
    await Promise.all(lines.map((client) => client.end()))
    return { perSecond }
  })
)
