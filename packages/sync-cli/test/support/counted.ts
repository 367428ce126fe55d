import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

/** Rows of a table. */
export const counted = (table: string) =>
  Effect.map(
    Effect.flatMap(SqlClient, (sql) => sql<{ readonly n: number }>`select count(*)::int as n from ${sql(table)}`),
    (rows) => rows[0]?.n ?? -1
  )
