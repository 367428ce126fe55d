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
  readonly mend?: string
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
    expected: { sqlState: "53100", isTransient: true, isOutage: true },
    mend: "free some space and run again"
  },
  {
    what: "a connection that is cut off",
    run: (sql) => sql`select pg_terminate_backend(pg_backend_pid()), ${marker}::text`,
    expected: { isTransient: true, isOutage: true },
    mend: "Check that the database is up, and run again. What was committed stays."
  },
  {
    what: "a right that is missing",
    run: (sql) => sql.unsafe(`do $$ begin raise exception '${marker}' using errcode = '42501'; end $$`),
    expected: { sqlState: "42501", isTransient: false },
    mend: "CREATE on the database to migrate"
  },
  {
    what: "a server that takes no writes",
    run: (sql) => sql.withTransaction(Effect.andThen(sql`set transaction read only`, sql`delete from people`)),
    expected: { sqlState: "25006", isTransient: false },
    mend: "use its primary"
  },
  {
    what: "a conflict between transactions",
    run: (sql) => sql.unsafe(`do $$ begin raise exception '${marker}' using errcode = '40001'; end $$`),
    expected: { kind: "SerializationError", isTransient: true, isOutage: false }
  }
]

describe("DatabaseError", () => {
  for (const { expected, mend, run, what } of cases) {
    it.effect(`names what failed and no value, for ${what}`, () =>
      Effect.gen(function* () {
        const error = yield* failing(run)
        assert.notInclude(everyForm(error), marker)
        assert.include(everyForm(error), "The database failed people.write")
        const message = error instanceof Error ? error.message : ""
        assert.match(message, /\.$/)
        assert.include(message, mend ?? "")
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
