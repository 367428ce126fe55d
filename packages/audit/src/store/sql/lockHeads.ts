/** Chain heads, locked for one transaction. */
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import { type ChainHead, emptyChain } from "../../chain/AuditChain.ts"
import { toHex } from "./bytes.ts"

interface Row {
  readonly practice_id: string
  readonly sequence: bigint | number | string
  readonly hash: Uint8Array
  readonly now: Date
}

/**
 * Locks the heads of `chains` in the order of their names, the same for everyone, so that two
 * processes never wait for each other in a circle. The time is read after the locks are held:
 * within a chain it never runs backwards unless the database's clock does. Plan: primary key of `audit.heads`.
 */
export const lockHeads = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, chains: ReadonlyArray<string>) {
  const rows = yield* sql<Row>`
    with locked as materialized (
      select practice_id, sequence, hash from audit.heads
      where practice_id = any(${chains}::text[]) order by practice_id for update
    )
    select practice_id, sequence, hash, clock_timestamp() as now from locked`
  const heads = rows.map(
    (row): ChainHead => ({ chain: row.practice_id, sequence: Number(row.sequence), hash: toHex(row.hash) })
  )
  const now = new Date(Math.max(...rows.map((row) => row.now.getTime())))
  return { heads, now }
})

/**
 * Starts the chains that do not exist yet. Outside the writing transaction: a new head's lock would
 * be taken out of order there. Safe to repeat and to race.
 */
export const startChains = (sql: SqlClient.SqlClient, chains: ReadonlyArray<string>) => {
  const heads = [...chains].sort().map(emptyChain)
  return sql`
    insert into audit.heads (practice_id, sequence, hash)
    select chain, 0, decode(hash, 'hex')
    from unnest(${heads.map((head) => head.chain)}::text[], ${heads.map((head) => head.hash)}::text[]) as h(chain, hash)
    on conflict (practice_id) do nothing`
}
