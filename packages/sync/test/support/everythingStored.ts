/** What the database holds beside the records themselves. */
import { readFileSync } from "node:fs"
import path from "node:path"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

/** The columns that hold records: where a marker belongs. Ids are in no such list. */
const recordColumns: Readonly<Record<string, ReadonlyArray<string>>> = {
  "athena.appointments": ["raw", "status"],
  "athena.appointment_history": ["status", "status_before"],
  "athena.departments": ["raw", "name"],
  "athena.patients": ["raw", "first_name", "last_name", "birth_date", "sex", "email", "mobile_phone", "status"],
  "athena.quarantine": ["raw"]
}

/** Every row of every table and view of the three schemas as text, less the columns that hold the records. */
export const everythingStored = Effect.gen(function* () {
  const sql = yield* SqlClient
  const tables = yield* sql<{ readonly name: string }>`
    select format('%I.%I', table_schema, table_name) as name from information_schema.tables
    where table_schema in ('athena', 'athena_meta', 'audit') order by 1`
  const texts = yield* Effect.forEach(tables, ({ name }) => {
    const without = (recordColumns[name] ?? []).map((column) => `- '${column}'`).join(" ")
    return sql.unsafe<{ readonly text: string }>(`select (to_jsonb(t) ${without})::text as text from ${name} t`)
  })
  const canonical = yield* sql<{
    readonly text: string
  }>`select convert_from(canonical, 'UTF8') as text from audit.entries`
  return [...texts.flat(), ...canonical].map(({ text }) => text)
})

/** What the server itself tells of its work: who is connected and what they ask, its settings, and its log. */
export const everythingTold = Effect.gen(function* () {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly text: string }>`
    select to_jsonb(a)::text as text from pg_stat_activity a
    union all select to_jsonb(l)::text from pg_locks l
    union all select to_jsonb(p)::text from pg_prepared_statements p
    union all select to_jsonb(d)::text from pg_database d`
  const [folder] = yield* sql<{ readonly data: string }>`select current_setting('data_directory') as data`
  const log = readFileSync(path.join(folder?.data ?? "", "..", "postgres.log"), "utf8")
  return { sessions: rows.map(({ text }) => text).join("\n"), log }
})
