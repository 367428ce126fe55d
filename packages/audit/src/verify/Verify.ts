/**
 * Verification of the trail: every entry of every chain is hashed again and compared with its
 * columns, its neighbours, its subject set and its chain's head.
 *
 * It reads one snapshot in keyset pages, so it runs beside live writers, and its memory does not grow
 * with the trail. It trusts no trigger, constraint or foreign key: an owner can switch those off.
 * `docs/audit-format.md` tells what it cannot see without checkpoints.
 */
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { chainOf } from "../store/AccessDraft.ts"
import { type AuditTrailUnreadable, unreadable } from "../store/AuditTrailUnreadable.ts"
import { readChains } from "./readPages.ts"
import type { Verification } from "./Verification.ts"
import { verifyChain } from "./verifyChain.ts"
import { badSubjectSets } from "./verifySubjectSets.ts"

export interface Options {
  /** Only this practice's chain. Default: all chains. */
  readonly practiceId?: PracticeId
  /** Entries read at once. Default: 500, some megabytes. */
  readonly pageSize?: number
}

const walk = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, options: Options) {
  const chain = options.practiceId === undefined ? null : chainOf(options.practiceId)
  const badSets = yield* badSubjectSets(sql, chain)
  let total: Verification = { status: "verified", events: 0, entries: 0, checkpoints: 0, unfinished: 0, recovered: 0 }
  for (const head of yield* readChains(sql, chain)) {
    const { bad, ...counts } = yield* verifyChain(sql, head, { badSets, pageSize: options.pageSize ?? 500 })
    total = {
      ...total,
      events: total.events + counts.events,
      entries: total.entries + counts.entries,
      unfinished: total.unfinished + counts.unfinished,
      recovered: total.recovered + counts.recovered,
      ...(bad === undefined ? {} : { status: "broken", firstBad: total.firstBad ?? bad })
    }
  }
  return total
})

/** Verifies the trail, or one practice's part of it. A broken trail is a result, not an error. Run it outside a transaction. */
export const run = Effect.fn("Verify.run")(function* (
  options: Options = {}
): Effect.fn.Return<Verification, AuditTrailUnreadable, SqlClient.SqlClient> {
  const sql = yield* SqlClient.SqlClient
  return yield* sql
    .withTransaction(walk(sql, options))
    .pipe(
      Effect.provideService(SqlClient.BeginTransaction, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
      unreadable("verify")
    )
})
