/**
 * Keeps the schedule, for as long as the program lives: looks where every job stands, does what is due, looks again.
 *
 * Several copies on one database share the work practice by practice. All look at the same table with the database's clock;
 * whoever gets a practice's lease does it. A copy that has much in hand waits before it takes more, so that one with less gets
 * there first. A copy that dies loses its leases, and what it had in hand is due again for the others at their next look.
 *
 * Nothing that a practice or the database does ends it: a practice that fails is tried again by `judge`, a database that is
 * away is asked again. Interrupted, it takes nothing more, lets every run finish the windows that it has begun, for `grace` at most,
 * and interrupts what is left then: that reads `stopped`, and any copy may go on with it.
 */
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import type { DatabaseError } from "@athena-engine/database/errors/DatabaseError"
import { Leases } from "@athena-engine/database/locks/Leases"
import { Duration, Effect, FiberSet, Option, Queue } from "effect"
import { Stopping } from "../runs/Stopping.ts"
import { type Attended, type Attending, attend, type Perform, scheduleLease } from "./attend.ts"
import { judge } from "./judge.ts"
import { fractionOf } from "./occurrences.ts"
import type { ScheduledJob } from "./ScheduledJob.ts"
import { ScheduleStates } from "./ScheduleStates.ts"

export interface KeepOptions<R> extends Pick<Attending<R>, "holder" | "newRunId"> {
  readonly jobs: ReadonlyArray<ScheduledJob>
  readonly practices: ReadonlyArray<PracticeId>
  /** Practices that are in hand at the same time; each has its own budget, and the app's is over all of them. */
  readonly practicesAtOnce: number
  readonly perform: Perform<R>
  /** Told of every run that ended. */
  readonly onEnd: (attended: Attended) => Effect.Effect<void, never, R>
  /** How long a run may take for the windows that it has begun when the program is to stop. */
  readonly grace: Duration.Input
}

/** The longest time without a look: a copy that was killed, or a clock that jumped, is noticed by then. */
const longestSleep = Duration.seconds(30)
/** While something is due that another copy has in hand, or that there was no room for. */
const sleepWhileDue = Duration.seconds(5)
const sleepWhileAway = Duration.seconds(5)
/** For each practice that a copy has in hand it waits so long before it takes one more. */
const waitForOthers = Duration.millis(100)

interface Taking {
  readonly practiceId: PracticeId
  readonly scheduled: ScheduledJob
  readonly dueAt: number
}

export const keepSchedule = <R>(options: KeepOptions<R>) =>
  Effect.scoped(
    Effect.gen(function* () {
      const runs = yield* FiberSet.make()
      const ended = yield* Queue.sliding<void>(1)
      const inHand = new Set<string>()
      let isStopping = false

      const perform: Perform<R> = (step, performance) =>
        Effect.suspend(() => (isStopping ? Effect.interrupt : options.perform(step, performance)))

      const start = Effect.fnUntraced(function* ({ practiceId, scheduled }: Taking) {
        inHand.add(practiceId)
        yield* attend({ ...options, practiceId, scheduled, perform }).pipe(
          Effect.tap(Option.match({ onNone: () => Effect.void, onSome: options.onEnd })),
          Effect.catchTag("LeaseHeld", () => Effect.void),
          // Left in hand for a moment, since it would be due again at once.
          Effect.catchCause((cause) =>
            isStopping
              ? Effect.void
              : Effect.logError("A scheduled run was cut off; it is gone on with", cause).pipe(
                  Effect.andThen(Effect.sleep(sleepWhileAway))
                )
          ),
          Effect.provideService(Stopping, () => isStopping),
          Effect.annotateLogs({ practiceId, job: scheduled.job }),
          Effect.ensuring(
            Effect.suspend(() => {
              inHand.delete(practiceId)
              return Queue.offer(ended, undefined)
            })
          ),
          FiberSet.run(runs)
        )
      })

      const round = Effect.gen(function* () {
        const { due, nextLook } = yield* look(options)
        for (const taking of due) {
          if (inHand.size >= options.practicesAtOnce) break
          if (inHand.has(taking.practiceId)) continue
          yield* start(taking)
          yield* Effect.sleep(Duration.times(waitForOthers, inHand.size))
        }
        return due.length > 0 ? Duration.min(nextLook, sleepWhileDue) : nextLook
      })

      const keep = Effect.forever(
        Effect.gen(function* () {
          const sleep = yield* round.pipe(untilBack)
          yield* Effect.timeoutOption(Queue.take(ended), sleep)
        })
      )
      const stop = Effect.suspend(() => {
        isStopping = true
        return Effect.timeoutOption(Effect.interruptible(FiberSet.awaitEmpty(runs)), options.grace)
      })
      return yield* Effect.onInterrupt(keep, () => stop)
    })
  )

/** Waits for a database that is away, however long that takes. */
const untilBack = <A, R>(round: Effect.Effect<A, DatabaseError, R>): Effect.Effect<A, never, R> =>
  Effect.suspend(() => {
    let isAway = false
    const tell = (error: DatabaseError) => {
      if (isAway) return Effect.void
      isAway = true
      return Effect.logError("The schedule waits for the database", error)
    }
    const again: Effect.Effect<A, never, R> = Effect.catch(round, (error) =>
      Effect.andThen(Effect.andThen(tell(error), Effect.sleep(sleepWhileAway)), again)
    )
    return Effect.tap(again, () => (isAway ? Effect.logInfo("The database is back") : Effect.void))
  })

/** What is due and nobody has in hand, oldest first, and when to look again at the latest. */
const look = Effect.fnUntraced(function* <R>({ holder, jobs, practices }: KeepOptions<R>) {
  const states = yield* ScheduleStates
  const { holdings } = yield* Leases
  const moment = yield* states.look(
    practices,
    jobs.map(({ job }) => job)
  )
  const due: Array<Taking> = []
  let nextLook = Duration.toMillis(longestSleep)
  for (const state of moment.states) {
    const scheduled = jobs.find(({ job }) => job === state.job)
    if (scheduled === undefined) continue
    const verdict = judge(state, scheduled, moment.now)
    if (verdict._tag === "Due") due.push({ practiceId: state.practiceId, scheduled, dueAt: verdict.dueAt })
    else nextLook = Math.min(nextLook, verdict.until - moment.now)
  }
  const held = new Set(due.length === 0 ? [] : (yield* holdings).map(({ name }) => name))
  // Each copy goes through the practices in an order of its own.
  const order = ({ practiceId }: Taking) => fractionOf(`${holder} ${practiceId}`)
  return {
    due: due
      .filter(({ practiceId }) => !held.has(scheduleLease(practiceId)))
      .toSorted((a, b) => a.dueAt - b.dueAt || order(a) - order(b)),
    nextLook: Duration.millis(due.length > 0 ? Math.min(nextLook, Duration.toMillis(sleepWhileDue)) : nextLook)
  }
})
