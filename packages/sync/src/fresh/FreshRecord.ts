import type { Effect } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import type { RowCounts } from "../runs/SyncResult.ts"

/**
 * A record as the vendor has it now, asked for by its id because somebody said that something happened to it. What is said of
 * it is stored by the rules of the syncs: an older answer overwrites no newer one, and what is gone is marked.
 */
export interface FreshRecord<A> {
  /** Undefined: the vendor knows it no longer, or it does not fit. */
  readonly record: A | undefined
  /** In a transaction: stores what was said. `readAt`: the database's time before the record was asked for. */
  readonly store: (readAt: string) => Effect.Effect<RowCounts, SqlError, SqlClient>
}
