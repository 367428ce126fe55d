import { randomBytes } from "node:crypto"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { isAlive } from "../../src/embedded/ProcessId.ts"
import { metaMigrations } from "../../src/migrations/MetaMigrations.ts"
import { TestDatabase } from "../../src/testing/TestDatabase.ts"
import { start } from "../programs/program.ts"

const describeSelf = Effect.gen(function* () {
  const sql = yield* SqlClient
  const [row] = yield* sql<{ readonly tables: number }>`
    select count(*)::int as tables from pg_tables where schemaname = 'athena_meta'`
  return { ...(yield* TestDatabase), tables: row?.tables }
})

describe("TestDatabase", () => {
  it.effect("gives every layer a migrated database of its own and drops it at the end", () =>
    Effect.gen(function* () {
      const first = yield* Effect.provide(describeSelf, TestDatabase.layer([metaMigrations]))
      const second = yield* Effect.provide(describeSelf, TestDatabase.layer([metaMigrations]))
      assert.notStrictEqual(first.name, second.name)
      assert.strictEqual(first.tables, 3)
      const left = yield* Effect.flatMap(
        SqlClient,
        (sql) => sql`select 1 from pg_database where datname in (${first.name}, ${second.name})`
      ).pipe(Effect.provide(TestDatabase.layer()))
      assert.deepStrictEqual(left, [])
    })
  )

  it.live("leaves no server and no folder behind when the test processes are killed", () =>
    Effect.gen(function* () {
      const folder = path.join(fs.realpathSync(os.tmpdir()), `athena-test-${randomBytes(6).toString("hex")}`)
      yield* Effect.addFinalizer(() => Effect.sync(() => fs.rmSync(folder, { recursive: true, force: true })))
      const programs = yield* Effect.all([start("join-test-cluster", [folder]), start("join-test-cluster", [folder])])
      const [first, second] = yield* Effect.forEach(programs, ({ line }) => line)
      assert.match(first ?? "", /^\d+$/)
      assert.strictEqual(first, second)
      yield* Effect.forEach(programs, ({ kill }) => kill)
      while (isAlive(Number(first)) || fs.readdirSync(folder).length > 0) yield* Effect.sleep("100 millis")
    }).pipe(Effect.scoped)
  )
})
