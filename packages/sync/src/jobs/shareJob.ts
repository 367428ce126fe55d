/**
 * Several copies of one job on one database do each practice once.
 *
 * - **Open**: nobody of the round has brought it to the end. Whoever comes takes the practice's lease, looks again, and works.
 * - **Under way**: another copy holds the lease. The practice is left for last; once all others are done, it is waited for.
 * - **Done**: written down before the lease is given back. The others tell how it ended and whose work it was; also if it
 *   failed, since they would meet the same.
 * - **Left**: the copy was stopped or killed, or its database failed it. Nothing is written down and the lease is free: a copy
 *   that waits takes it over, and its runs go on behind the finished windows.
 *
 * So a copy that ends well says that all of its practices were brought up to date since it began, by whomever.
 * The leases of the runs themselves stay what keeps rows exact: if the database cannot be asked, a practice is worked at
 * without all this.
 */
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { Leases } from "@athena-engine/database/locks/Leases"
import { Duration, Effect } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SyncResult } from "../runs/SyncResult.ts"
import { doneSince, isForAllCopies, writeDown } from "./donePractices.ts"
import { type Job, practiceLeaseOf } from "./Job.ts"
import { joinRound } from "./joinRound.ts"

/** How often a copy looks after the practices that it waits for. */
const lookEvery = Duration.seconds(1)

type Results = ReadonlyArray<SyncResult>

/** Does `part` for every practice that no other copy has done or is at; answers in the order of the practices. */
export const shareJob = <R>(
  job: Job,
  practices: ReadonlyArray<PracticeId>,
  practicesAtOnce: number,
  part: (practiceId: PracticeId) => Effect.Effect<Results, never, R>
): Effect.Effect<Results, never, R | Leases | SqlClient> =>
  Effect.scoped(
    joinRound(job).pipe(
      Effect.matchEffect({
        onFailure: (error) =>
          Effect.logWarning("The job could not be shared with other copies of it").pipe(
            Effect.annotateLogs({ errorTag: error._tag }),
            Effect.andThen(Effect.forEach(practices, part, { concurrency: practicesAtOnce })),
            Effect.map((all) => all.flat())
          ),
        onSuccess: (beganAt) => goThrough(job, beganAt, practices, practicesAtOnce, part)
      })
    )
  )

const goThrough = Effect.fnUntraced(function* <R>(
  job: Job,
  beganAt: string,
  practices: ReadonlyArray<PracticeId>,
  practicesAtOnce: number,
  part: (practiceId: PracticeId) => Effect.Effect<Results, never, R>
) {
  const leases = yield* Leases
  const ended = new Map<PracticeId, Results>()

  /** Brings a practice to the end, unless another copy is at it. */
  const take = Effect.fnUntraced(
    function* (practiceId: PracticeId) {
      const lease = yield* leases.acquire(practiceLeaseOf(job, practiceId), { holder: job.holder })
      const done = yield* doneSince(job, practiceId, beganAt)
      const results = done ?? (yield* part(practiceId))
      ended.set(practiceId, results)
      if (done === undefined && isForAllCopies(results)) yield* writeDown(job, practiceId, lease, results)
    },
    (taking, practiceId) =>
      taking.pipe(
        Effect.scoped,
        Effect.catchTag("LeaseHeld", () => Effect.void),
        // What was done is told in any case; what could not be claimed is done all the same.
        Effect.catch((error) =>
          Effect.logWarning("A practice could not be shared with other copies of the job").pipe(
            Effect.annotateLogs({ practiceId, errorTag: error._tag }),
            Effect.andThen(
              ended.has(practiceId)
                ? Effect.void
                : Effect.map(part(practiceId), (results) => void ended.set(practiceId, results))
            )
          )
        )
      )
  )

  /** Those that nobody is at; all of them if the database cannot tell. */
  const free = (open: ReadonlyArray<PracticeId>) =>
    leases.holdings.pipe(
      Effect.map((holdings) => new Set(holdings.map(({ name }) => name))),
      Effect.map((held) => open.filter((practiceId) => !held.has(practiceLeaseOf(job, practiceId)))),
      Effect.orElseSucceed(() => open)
    )

  const openOnes = () => practices.filter((practiceId) => !ended.has(practiceId))
  yield* Effect.forEach(practices, take, { concurrency: practicesAtOnce, discard: true })
  if (openOnes().length > 0) {
    yield* Effect.logInfo("Other copies of the job are at the practices that are left; waiting for them").pipe(
      Effect.annotateLogs({ count: openOnes().length })
    )
  }
  while (openOnes().length > 0) {
    const takeable = yield* free(openOnes())
    yield* takeable.length === 0
      ? Effect.sleep(lookEvery)
      : Effect.forEach(takeable, take, { concurrency: practicesAtOnce, discard: true })
  }
  return practices.flatMap((practiceId) => ended.get(practiceId) ?? [])
})
