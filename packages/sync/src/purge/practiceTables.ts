import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { rideOut } from "@athena-engine/database/outages/rideOut"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

/**
 * The tables that hold a practice's data: all of the schemas `athena` and `webhook` that have a column `practice_id`, by the
 * catalogue, so that a table that is added later is not forgotten. Runs come last: as long as something is left, they tell of it.
 */
export const practiceTables = Effect.gen(function* () {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly name: string }>`
    select format('%I.%I', namespace.nspname, class.relname) as name
    from pg_class as class
    join pg_namespace as namespace on namespace.oid = class.relnamespace
    join pg_attribute as attribute
      on attribute.attrelid = class.oid and attribute.attname = 'practice_id' and not attribute.attisdropped
    where namespace.nspname in ('athena', 'webhook') and class.relkind = 'r'
    order by class.relname = 'sync_runs', 1`
  return rows.map(({ name }) => name)
}).pipe(rideOut("purge.tables"))

/** Rows that the database holds of a practice, by table; tables that hold none are left out. */
export const countRows = Effect.fnUntraced(function* (practiceId: string) {
  const sql = yield* SqlClient
  const counts: Record<string, number> = {}
  for (const table of yield* practiceTables) {
    const [row] = yield* sql<{ readonly rows: number }>`
        select count(*)::float8 as rows from ${sql.literal(table)} where practice_id = ${practiceId}`
    if (row !== undefined && row.rows > 0) counts[table] = row.rows
  }
  return counts
}, mapSqlError("purge.count"))
