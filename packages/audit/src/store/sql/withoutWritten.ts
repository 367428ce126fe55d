/** Which drafts of a batch are still to be written. */
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import type { Draft } from "../../chain/AuditChain.ts"

/**
 * When the connection breaks during COMMIT nobody knows whether the batch is in. Asked again with
 * the heads locked, the table does: the broken transaction has ended by then, one way or the other.
 * Plan: the unique index on `(event_id, kind)`.
 */
export const withoutWritten = (sql: SqlClient.SqlClient, drafts: ReadonlyArray<Draft>) =>
  Effect.map(
    sql<{ readonly event_id: string; readonly kind: string }>`
      select event_id, kind from audit.entries
      where event_id = any(${drafts.map((draft) => draft.entry.eventId)}::text[]::uuid[])`,
    (rows) => {
      const written = new Set(rows.map((row) => `${row.event_id} ${row.kind}`))
      return drafts.filter((draft) => !written.has(`${draft.entry.eventId} ${draft.entry.kind}`))
    }
  )
