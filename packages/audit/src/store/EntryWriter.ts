/**
 * Writes drafts to the database, in one transaction:
 *
 * 1. bound every wait of this transaction in the database itself, and have its commit reach the disk
 * 2. lock the heads of the chains concerned, in a fixed order
 * 3. number, link and hash
 * 4. insert sets and entries, move the heads, commit
 *
 * Committed whole or not at all; several processes may do this at once.
 */
import { Duration, Effect } from "effect"
import type { SqlClient } from "effect/sql"
import { chainEntries, type Draft } from "../chain/AuditChain.ts"
import type { SubjectSet } from "../chain/SubjectSet.ts"
import { insertEntries } from "./sql/insertEntries.ts"
import { lockHeads, startChains } from "./sql/lockHeads.ts"

/**
 * A process that stalls in here must not hold the heads for longer than others are ready to wait. And
 * "committed" means on disk here, whatever the database's default says.
 */
const settings = (sql: SqlClient.SqlClient, timeout: Duration.Duration) => {
  const milliseconds = String(Math.max(1, Math.ceil(Duration.toMillis(timeout))))
  return sql`select
    set_config('lock_timeout', ${milliseconds}, true),
    set_config('statement_timeout', ${milliseconds}, true),
    set_config('idle_in_transaction_session_timeout', ${milliseconds}, true),
    set_config('synchronous_commit', replace(current_setting('synchronous_commit'), 'off', 'on'), true)`
}

/**
 * Locks the heads of `chains`, asks `drafts` what to write while they are locked, and writes it.
 * Gives what was written. Runs in a transaction of its own; inside another one it would be a savepoint of that.
 */
export const writeLocked = Effect.fnUntraced(function* <E, R>(
  sql: SqlClient.SqlClient,
  options: { readonly timeout: Duration.Duration; readonly chains: ReadonlyArray<string> },
  drafts: Effect.Effect<ReadonlyArray<Draft>, E, R>
) {
  const attempt = sql.withTransaction(
    Effect.gen(function* () {
      yield* settings(sql, options.timeout)
      const { heads, now } = yield* lockHeads(sql, options.chains)
      if (heads.length < options.chains.length) {
        const known = new Set(heads.map((head) => head.chain))
        return { missing: options.chains.filter((chain) => !known.has(chain)), written: [] }
      }
      const batch = yield* drafts
      if (batch.length === 0) return { missing: [], written: [] }
      const chained = chainEntries(heads, batch, now)
      const subjects = new Map<string, SubjectSet>()
      for (const draft of batch) if (draft.subjects !== null) subjects.set(draft.subjects.hash, draft.subjects)
      yield* insertEntries(sql, { ...chained, subjects: [...subjects.values()] })
      return { missing: [], written: chained.entries }
    })
  )
  const first = yield* attempt
  if (first.missing.length === 0) return first.written
  yield* startChains(sql, first.missing)
  return (yield* attempt).written
})
