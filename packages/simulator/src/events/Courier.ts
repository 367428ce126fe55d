/**
 * Sends what the outbox says is due, each notification in a fiber of its own, and sleeps in between.
 *
 * It wakes when something is put into the outbox, when something becomes due, and when the clock is moved. `advance` goes from
 * one due moment to the next, and at each waits until whatever left has been settled: what an hour of retries does is there
 * when it answers.
 */
import { Clock, Effect, FiberSet, Latch, Semaphore } from "effect"
import { lastInstant } from "../clock/ClockState.ts"
import type { MovableTime } from "../clock/MovableTime.ts"
import type { AttemptOutcome } from "./Notification.ts"
import { NotificationPost } from "./NotificationPost.ts"
import type { Departure, Outbox } from "./Outbox.ts"

export interface Courier {
  /** Something may be due that was not before. */
  readonly wake: Effect.Effect<void>
  /** Moves the clock forward, to its last instant at most, and answers when all that was due until then has been tried. */
  readonly advance: (milliseconds: number) => Effect.Effect<void>
}

/** Works until its scope ends. */
export const makeCourier = Effect.fnUntraced(function* (outbox: Outbox, time: MovableTime) {
  const post = yield* NotificationPost
  const onTheirWay = yield* FiberSet.make<void>()
  const isAwake = yield* Latch.make(true)
  const isMoving = yield* Semaphore.make(1)
  const places = yield* Semaphore.make(outbox.concurrency)
  const now = Effect.map(Clock.currentTimeMillis, (clockMillis) => time.at(clockMillis))

  const tried = ({ request, timeoutMilliseconds, url }: Departure): Effect.Effect<AttemptOutcome> => {
    if (request === undefined) return Effect.succeed("unreachable")
    return post({ url, ...request }).pipe(
      Effect.timeoutOrElse({ duration: timeoutMilliseconds, orElse: () => Effect.succeed("timeout" as const) }),
      Effect.catchCause(() => Effect.succeed("unreachable" as const))
    )
  }

  const send = Effect.fnUntraced(function* (departure: Departure) {
    const sentAt = yield* now
    const outcome = yield* tried(departure)
    outbox.settle(departure.notification, sentAt, outcome, yield* now)
    yield* isAwake.open
  })

  const launch = Effect.gen(function* () {
    yield* Semaphore.resize(places, outbox.concurrency)
    for (const departure of outbox.depart(yield* now)) {
      yield* FiberSet.run(onTheirWay, Semaphore.withPermit(places, send(departure)))
    }
  })

  const untilSomethingIsDue = Effect.gen(function* () {
    const next = outbox.nextDueAt
    if (next === undefined || time.isStopped) return yield* isAwake.await
    const duration = Math.max(0, next - (yield* now))
    yield* Effect.timeoutOrElse(isAwake.await, { duration, orElse: () => Effect.void })
  })

  yield* Effect.forkScoped(
    Effect.forever(
      Effect.gen(function* () {
        yield* isAwake.close
        // While the clock is moved whoever moves it launches, and knows what is on its way.
        yield* Semaphore.withPermit(isMoving, launch)
        yield* untilSomethingIsDue
      })
    )
  )

  const advance = (milliseconds: number) =>
    Semaphore.withPermit(
      isMoving,
      Effect.gen(function* () {
        const target = Math.min((yield* now) + milliseconds, lastInstant)
        const goTo = (millis: number) =>
          Effect.map(Clock.currentTimeMillis, (clockMillis) => time.moveTo(millis, clockMillis))
        while (true) {
          yield* launch
          yield* FiberSet.awaitEmpty(onTheirWay)
          const next = outbox.nextDueAt
          if (next === undefined || next > target) break
          yield* goTo(next)
        }
        yield* goTo(target)
        yield* launch
        yield* FiberSet.awaitEmpty(onTheirWay)
        yield* isAwake.open
      })
    )

  return { wake: Effect.asVoid(isAwake.open), advance } satisfies Courier as Courier
})
