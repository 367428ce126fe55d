import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { type DatabaseError, mapSqlError } from "../../src/errors/DatabaseError.ts"
import { TestDatabase } from "../../src/testing/TestDatabase.ts"

const marker = "Marker-Quimby-1932"

const failing = (run: (sql: SqlClient) => Effect.Effect<unknown, unknown>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    yield* sql`create table people (name text primary key, born date, age int check (age > 0))`
    return yield* Effect.flip(run(sql).pipe(mapSqlError("people.write")))
  }).pipe(Effect.provide(TestDatabase.layer()))

const everyForm = (error: unknown): string =>
  [
    String(error),
    error instanceof Error ? error.message : "",
    error instanceof Error ? error.stack : "",
    JSON.stringify(error),
    inspect(error, { depth: 10, showHidden: true }),
    Cause.pretty(Cause.fail(error))
  ].join("\n")

const cases: ReadonlyArray<{
  readonly what: string
  readonly run: (sql: SqlClient) => Effect.Effect<unknown, unknown>
  readonly expected: Partial<DatabaseError>
}> = [
  {
    what: "a duplicate key",
    run: (sql) =>
      Effect.andThen(sql`insert into people values (${marker})`, sql`insert into people values (${marker})`),
    expected: {
      kind: "UniqueViolation",
      sqlState: "23505",
      constraint: "people_pkey",
      table: "public.people",
      isTransient: false
    }
  },
  {
    what: "a failing row",
    run: (sql) => sql`insert into people values (${marker}, null, -1)`,
    expected: { kind: "ConstraintError", sqlState: "23514", constraint: "people_age_check", isTransient: false }
  },
  {
    what: "a value that is no date",
    run: (sql) => sql`insert into people values ('x', ${marker}::text::date)`,
    expected: { sqlState: "22007", isTransient: false }
  },
  {
    what: "a value in the text of the statement",
    run: (sql) => sql.unsafe(`select '${marker}'::int`),
    expected: { sqlState: "22P02", isTransient: false }
  },
  {
    what: "a message raised by a function",
    run: (sql) => sql.unsafe(`do $$ begin raise exception 'no % here', '${marker}' using errcode = '53100'; end $$`),
    expected: { sqlState: "53100", isTransient: true, isOutage: true }
  },
  {
    what: "a connection that is cut off",
    run: (sql) => sql`select pg_terminate_backend(pg_backend_pid()), ${marker}::text`,
    expected: { isTransient: true, isOutage: true }
  },
  {
    what: "a conflict between transactions",
    run: (sql) => sql.unsafe(`do $$ begin raise exception '${marker}' using errcode = '40001'; end $$`),
    expected: { kind: "SerializationError", isTransient: true, isOutage: false }
  }
]

describe("DatabaseError", () => {
  for (const { expected, run, what } of cases) {
    it.effect(`names what failed and no value, for ${what}`, () =>
      Effect.gen(function* () {
        const error = yield* failing(run)
        assert.notInclude(everyForm(error), marker)
        assert.include(everyForm(error), "The database failed people.write")
        for (const [key, value] of Object.entries(expected)) {
          assert.strictEqual(Reflect.get(Object(error), key), value, key)
        }
      })
    )
  }

  it.effect("lets other errors pass untouched", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(mapSqlError("x")(Effect.fail("mine" as const)))
      assert.strictEqual(error, "mine")
    })
  )
})
