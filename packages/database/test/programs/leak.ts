/** Fails in every way that could bring a row's value into the log of the server of a data folder. */
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import * as Database from "../../src/Database.ts"

const [dataDir = ""] = process.argv.slice(2)
const marker = "Marker-Quimby"

const program = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* sql`create table people (name text primary key, age int check (age > 0))`
  yield* sql`insert into people values (${marker}, 1)`
  for (const statement of [
    sql`insert into people values (${marker}, 1)`,
    sql`insert into people values (${`${marker}2`}, -1)`,
    sql.unsafe(`insert into people values ('${marker}', 'x')`),
    sql.unsafe(`select '${marker}'::int`),
    sql.unsafe(`do $$ begin raise exception '${marker}'; end $$`),
    sql.unsafe(`do $$ begin raise warning '${marker}'; end $$`)
  ]) {
    yield* Effect.exit(statement)
  }
})

await Effect.runPromise(program.pipe(Effect.provide(Database.layer({ _tag: "Embedded", dataDir }))))
