import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { metaMigrations } from "../../src/migrations/MetaMigrations.ts"
import * as Migrations from "../../src/migrations/Migrations.ts"
import { TestDatabase } from "../../src/testing/TestDatabase.ts"
import { start } from "../programs/program.ts"

const statement = (text: string) => Effect.flatMap(SqlClient, (sql) => sql.unsafe(text))

const clinic: Migrations.MigrationSet = {
  schema: "clinic",
  migrations: {
    "0001_rooms": statement("create table clinic.rooms (id int primary key)"),
    "0002_beds": statement("create table clinic.beds (id int primary key)")
  }
}

const ledger: Migrations.MigrationSet = {
  schema: "ledger",
  migrations: { "0001_entries": statement("create table ledger.entries (id int primary key)") }
}

const onlyFirst: Migrations.MigrationSet = {
  schema: "clinic",
  migrations: { "0001_rooms": clinic.migrations["0001_rooms"] ?? Effect.void }
}

describe("Migrations", () => {
  it.effect("makes the schemas and runs every set in order", () =>
    Effect.gen(function* () {
      const applied = yield* Migrations.run([metaMigrations, clinic, ledger])
      assert.deepStrictEqual(
        applied.filter(({ schema }) => schema !== "athena_meta"),
        [
          { schema: "clinic", id: 1, name: "rooms" },
          { schema: "clinic", id: 2, name: "beds" },
          { schema: "ledger", id: 1, name: "entries" }
        ]
      )
      yield* statement("insert into clinic.beds values (1)")
    }).pipe(Effect.provide(TestDatabase.layer()))
  )

  it.effect("has nothing to do the second time, for the price of one query", () =>
    Effect.gen(function* () {
      yield* Migrations.run([clinic, ledger])
      const began = performance.now()
      assert.deepStrictEqual(yield* Migrations.run([clinic, ledger]), [])
      assert.isBelow(performance.now() - began, 100)
    }).pipe(Effect.provide(TestDatabase.layer([clinic, ledger])))
  )

  it.effect("runs only what is new", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* Migrations.pending([clinic, ledger]), [
        { schema: "clinic", id: 2, name: "beds" },
        { schema: "ledger", id: 1, name: "entries" }
      ])
      const applied = yield* Migrations.run([clinic, ledger])
      assert.deepStrictEqual(
        applied.map(({ name }) => name),
        ["beds", "entries"]
      )
    }).pipe(Effect.provide(TestDatabase.layer([onlyFirst])))
  )

  it.effect("lets concurrent runs through one after the other, each migration run once", () =>
    Effect.gen(function* () {
      const runs = yield* Effect.all(
        Array.from({ length: 6 }, () => Migrations.run([metaMigrations, clinic, ledger])),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(runs.flat().length, 5)
    }).pipe(Effect.provide(TestDatabase.layer()))
  )

  it.live("lets two processes that start at once through, each migration run once", () =>
    Effect.gen(function* () {
      const { url } = yield* TestDatabase
      const programs = yield* Effect.all([start("migrate", [url]), start("migrate", [url])])
      const lines = yield* Effect.forEach(programs, ({ line }) => line)
      assert.deepStrictEqual(lines.toSorted(), ["0", "2"])
    }).pipe(Effect.scoped, Effect.provide(TestDatabase.layer()))
  )

  it.effect("refuses a database that a newer program migrated, and changes nothing", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Migrations.run([onlyFirst, ledger]))
      assert.strictEqual(error._tag, "DatabaseIsNewer")
      assert.include(error.message, "schema clinic has migration 0002_beds")
      assert.include(error.message, "Upgrade this program")
      const [row] = yield* statement("select to_regclass('ledger.entries') is null as nothing")
      assert.deepStrictEqual(row, { nothing: true })
    }).pipe(Effect.provide(TestDatabase.layer([clinic])))
  )

  it.effect("commits nothing of a run in which one migration fails, and shows no value in the error", () =>
    Effect.gen(function* () {
      const broken: Migrations.MigrationSet = {
        schema: "ledger",
        migrations: {
          "0001_entries": statement("create table ledger.entries (id int primary key)"),
          "0002_broken": statement("select 'Marker-Quimby'::int")
        }
      }
      const error = yield* Effect.flip(Migrations.run([clinic, broken]))
      assert.strictEqual(error._tag, "MigrationFailed")
      assert.include(error.message, '2_broken" failed (SQLSTATE 22P02)')
      assert.notInclude(error.message, "Marker-Quimby")
      const [row] = yield* statement("select to_regnamespace('clinic') is null as nothing")
      assert.deepStrictEqual(row, { nothing: true })
    }).pipe(Effect.provide(TestDatabase.layer()))
  )

  it.effect("leaves another program's schema alone and says to choose another database", () =>
    Effect.gen(function* () {
      yield* statement("create schema clinic")
      yield* statement("create table clinic.rooms (id int)")
      const error = yield* Effect.flip(Migrations.run([clinic]))
      assert.strictEqual(error._tag, "MigrationFailed")
      assert.include(error.message, "(SQLSTATE 42P07). The database is as before. Another program")
      assert.include(error.message, "choose another database.")
    }).pipe(Effect.provide(TestDatabase.layer()))
  )

  it.effect("says so when a migration was added below one that has run", () =>
    Effect.gen(function* () {
      yield* statement("delete from clinic.migrations where migration_id = 1")
      const error = yield* Effect.flip(Migrations.run([clinic]))
      assert.strictEqual(error._tag, "MigrationFailed")
      assert.include(error.message, "1_rooms was never run")
    }).pipe(Effect.provide(TestDatabase.layer([clinic])))
  )
})
