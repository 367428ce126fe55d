/**
 * Who receives now, and from when to when nobody did.
 *
 * Each copy that receives gives a sign of life every ten seconds: one transaction, by the database's clock, in which the row
 * `webhook.presence` is locked:
 *
 * lock → how long was nobody there? → longer than half a minute: that was a downtime, written down; longer than the vendor's retries
 * reach: catch-ups booked → this copy's row, and when somebody was last there
 *
 * - A database that is away takes no sign of life of anybody, and no event: the first sign afterwards finds the downtime, whoever
 *   gives it.
 * - Killed before the commit, nothing is written, and the next sign finds the same downtime. Killed after it, the catch-ups are booked.
 * - Several that come back at the same time: one finds the downtime, the others wait for its row and find none.
 * - A copy that is drained gives its last sign when it has stopped to receive; one that is killed was last there at most ten seconds
 *   before. So a downtime is never found too short.
 *
 * The vendor sends again for an hour, at intervals that it does not tell. A downtime of less than `retriesReach` needs no catch-up:
 * whatever came meanwhile comes again.
 */
import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { Duration, Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { bookCatchUps, watchedPractices } from "./bookCatchUps.ts"
import { learn } from "./sql/learn.ts"

/** How often a copy gives a sign of life. */
const beatEvery = Duration.seconds(10)
/** Without any sign of life for longer, nobody received. */
const shortestDowntime = Duration.seconds(30)
/** The hour of the vendor's retries, less a quarter: their last one may be sent that much earlier. */
export const retriesReach = Duration.minutes(45)

/** A copy that receives. */
export interface Copy {
  /** Unlike that of every other copy and every other start. */
  readonly copy: string
  /** In words, for whoever looks into the table. */
  readonly holder: string
}

/** A sign of life; `isLast` once the copy receives no more. Answers the downtime that it ended, if it did. */
export const beat = Effect.fnUntraced(function* ({ copy, holder }: Copy, isLast = false) {
  const sql = yield* SqlClient
  const seconds = (length: Duration.Duration) => Duration.toSeconds(length)
  return yield* sql.withTransaction(
    Effect.gen(function* () {
      yield* sql`set local lock_timeout = '5s'`
      yield* sql`select from webhook.presence for update`
      const [found] = yield* sql<{
        readonly from: string
        readonly to: string
        readonly isDowntime: boolean
        readonly isTooLong: boolean
      }>`
        select seen_at::text as from, clock_timestamp()::text as to,
          coalesce(clock_timestamp() - seen_at > ${seconds(shortestDowntime)}::float8 * interval '1 second', false)
            as "isDowntime",
          coalesce(clock_timestamp() - seen_at > ${seconds(retriesReach)}::float8 * interval '1 second', false)
            as "isTooLong"
        from webhook.presence`
      yield* sql`update webhook.presence set seen_at = greatest(seen_at, clock_timestamp())`
      yield* sql`
        insert into webhook.receivers (copy, holder) values (${copy}, ${holder})
        on conflict (copy) do update set
          seen_at = clock_timestamp(), ended_at = case when ${isLast}::boolean then clock_timestamp() end`
      if (found === undefined || !found.isDowntime) return undefined
      yield* sql`
        insert into webhook.downtimes (from_at, to_at) values (${found.from}::timestamptz, ${found.to}::timestamptz)`
      if (!found.isTooLong) return { from: found.from, to: found.to, caughtUp: [] }
      yield* learn
      const caughtUp = yield* bookCatchUps(yield* watchedPractices, "downtime", found)
      return { from: found.from, to: found.to, caughtUp }
    })
  )
}, mapSqlError("gaps.beat"))

/** Gives signs of life as long as the scope is open. To be started once the copy receives, and closed once it does not. */
export const startPresence = Effect.fnUntraced(function* (copy: Copy) {
  const tell = (isLast: boolean) =>
    beat(copy, isLast).pipe(
      Effect.tap((downtime) =>
        downtime === undefined
          ? Effect.void
          : Effect.logWarning("Nobody received for a while").pipe(
              Effect.annotateLogs({ from: downtime.from, to: downtime.to, catchUps: downtime.caughtUp.length })
            )
      ),
      Effect.timeout("9 seconds"),
      Effect.catchCause((cause) => Effect.logWarning("A sign of life could not be given", cause))
    )
  yield* Effect.addFinalizer(() => tell(true))
  yield* tell(false)
  yield* Effect.forkScoped(Effect.forever(Effect.delay(tell(false), beatEvery)))
})
