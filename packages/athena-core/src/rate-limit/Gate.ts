/**
 * The door that every request of one practice (or of the whole app) passes, one at a time, the most urgent first and equals
 * in order of arrival.
 *
 * Whoever stands in the door waits for the pause that the server asked for, if any, and for the next beat of the pace;
 * the others wait behind it. So a change of pace counts from the next request on, and after a pause the requests leave
 * evenly instead of all at once. A pause longer than the caller's patience fails with the time it ends, at once and for
 * everyone who waits, also when it grows so long while they wait.
 *
 * The beat is Effect's `RateLimiter` with one token: N a second never puts more than N + 1 into any sliding second,
 * however late a busy machine wakes the one who waits. Late by whole beats, it may send the next one at once, and no more.
 *
 * Pace and pause are in a cell, and the beat in the limiter's store: where several processes share these, each has a door of
 * its own, and whoever stands in one has reserved one beat of the common pace. What others learned meanwhile is seen by
 * `inner`, which counts the request.
 */
import { Clock, Context, DateTime, Duration, Effect, Latch, Random, Schema } from "effect"
import type { RateLimiter } from "effect/persistence"
import { type SharedState, SharedStateUnavailable } from "../coordination/SharedState.ts"
import { afterDeclaration, afterRefusal, type GateMemory, gateMemory, restedUntil } from "./GateMemory.ts"
import { LastAdmissions } from "./LastAdmissions.ts"
import { type DeclaredPace, type Pace, rateAt, started } from "./Pace.ts"
import { CurrentPriority, CurrentUrgency, moreUrgent, type Priority } from "./Priority.ts"
import { makePriorityDoor } from "./PriorityDoor.ts"

/** The budget rests until `retryAt`, longer than `maxWait`. */
export class PausedTooLong extends Schema.TaggedError<PausedTooLong>()("PausedTooLong", {
  retryAt: Schema.DateTimeUtc
}) {}

export interface GateState {
  readonly requestsPerSecond: number
  /** Epoch milliseconds; in the past when the gate is open. */
  readonly pausedUntil: number
}

/** Let through at `at`, epoch milliseconds: when all that it waited for in the doors was there, and it stood in them still. */
export interface Admitted<A> {
  readonly at: number
  readonly value: A
}

export interface Gate {
  readonly name: string
  /** Waits for its turn, then for `inner` (the next gate, say, or what tells the time) while still standing in the door. */
  readonly admit: <A, E, R>(
    inner: Effect.Effect<Admitted<A>, E, R>
  ) => Effect.Effect<Admitted<A>, E | PausedTooLong | SharedStateUnavailable, R>
  /** A request admitted at `admittedAt` was refused; `resumesAt` is what the server said, if it said anything. */
  readonly refused: (admittedAt: number, resumesAt: number | undefined) => Effect.Effect<void>
  /** A request was answered. */
  readonly accepted: Effect.Effect<void>
  /** The server's headers allow so much. */
  readonly declared: (allowed: DeclaredPace) => Effect.Effect<void>
  /** Rests until then, whatever the pace. */
  readonly pauseUntil: (time: number) => Effect.Effect<void>
  readonly state: Effect.Effect<GateState>
}

/** What a gate is made with. */
export interface GateOptions {
  /** Of its cell, its counter and its beat. */
  readonly name: string
  readonly initial: Pace
  readonly maxWait: Duration.Duration
  readonly limiter: RateLimiter.RateLimiter
  readonly shared: SharedState["Service"]
}

/** The beat is 4 % slower than the rate, so that 40 ms of jitter on the wire do not add up to one request too many. */
const beatAllowance = 1.04
/** A process that comes to a budget which nobody has used for so long starts low; what was learned of it may not hold. */
const forgottenAfterMillis = 60_000
/** The time of the last use is written down so often. */
const usedNoteMillis = 10_000

/** The most urgent of those who wait for the request that passes now. */
const WaitingBehind = Context.Reference<() => Priority | undefined>("athena-core/rate-limit/WaitingBehind", {
  defaultValue: () => () => undefined
})

export const makeGate = ({ initial, limiter, maxWait, name, shared }: GateOptions): Gate => {
  const door = makePriorityDoor(1)
  const pauseGrew = Latch.makeUnsafe(false)
  const admissions = new LastAdmissions()
  const cell = shared.cell(name, gateMemory(initial))
  const counter = shared.counter(name)
  let hasJoined = false
  let seenPause = 0

  /** What is known now. Whoever waits hears of a pause that grew, wherever it did. */
  const look = Effect.suspend(() => {
    const memory = cell.current()
    if (memory.pausedUntil <= seenPause) return Effect.succeed(memory)
    seenPause = memory.pausedUntil
    return Effect.as(pauseGrew.release, memory)
  })

  const change = (changed: (memory: GateMemory) => GateMemory) => Effect.andThen(cell.update(changed), look)

  /** Each process keeps to the ceiling that it was told itself. */
  const paceOf = ({ pace }: GateMemory): Pace => ({ ...pace, ceiling: initial.ceiling })

  const isTooLong = ({ pausedUntil }: GateMemory, now: number) => pausedUntil - now > Duration.toMillis(maxWait)

  /** Ends, by failing, when the pause is longer than anyone's patience. */
  const outOfPatience: Effect.Effect<never, PausedTooLong> = Effect.gen(function* () {
    for (;;) {
      const memory = yield* look
      if (isTooLong(memory, yield* Clock.currentTimeMillis)) {
        return yield* new PausedTooLong({ retryAt: DateTime.makeUnsafe(memory.pausedUntil) })
      }
      yield* pauseGrew.await
    }
  })

  /** The first of this process to come here learns what the others know. */
  const join = Effect.gen(function* () {
    if (hasJoined) return
    yield* cell.refresh
    hasJoined = true
    const now = yield* Clock.currentTimeMillis
    const { pausedUntil, usedAt } = yield* look
    if (now - Math.max(usedAt, pausedUntil) <= forgottenAfterMillis) return
    yield* change((memory) => ({ ...memory, pace: initial, consecutiveRefusals: 0, usedAt: now }))
  })

  const waitForPause = Effect.gen(function* () {
    for (;;) {
      const { pausedUntil } = yield* look
      const wait = pausedUntil - (yield* Clock.currentTimeMillis)
      if (wait <= 0) return
      yield* Effect.sleep(Duration.millis(Math.ceil(Math.min(wait, shared.lookAgainMillis))))
      yield* cell.refresh
    }
  })

  const waitForBeat = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    if (cell.current().pace.since === undefined) {
      yield* change((memory) => ({ ...memory, pace: started(memory.pace, now), usedAt: now }))
    }
    const window = Duration.millis((1000 * beatAllowance) / rateAt(paceOf(cell.current()), now))
    const { delay } = yield* limiter
      .consume({ key: name, limit: 1, window, algorithm: "token-bucket", onExceeded: "delay" })
      // A limiter that delays exceeds no limit: what fails is its store.
      .pipe(Effect.mapError(() => new SharedStateUnavailable()))
    if (!Duration.isZero(delay)) yield* Effect.sleep(delay)
  })

  const noteUse = (at: number) =>
    at - cell.current().usedAt < usedNoteMillis ? Effect.void : change((memory) => ({ ...memory, usedAt: at }))

  const turn = <A, E, R>(
    inner: Effect.Effect<Admitted<A>, E, R>
  ): Effect.Effect<Admitted<A>, E | SharedStateUnavailable, R> =>
    Effect.gen(function* () {
      yield* join
      for (;;) {
        yield* waitForPause
        yield* waitForBeat
        const admitted = yield* inner
        // Someone may have been refused while we waited, here or in another process.
        if ((yield* look).pausedUntil > admitted.at) continue
        admissions.add(admitted.at, counter.current().total)
        yield* noteUse(admitted.at)
        return admitted
      }
    })

  /** Whoever stands in a door holds up those behind it, in this one and in that of the practice. */
  const urgent = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.gen(function* () {
      const priority = yield* CurrentPriority
      const before = yield* WaitingBehind
      const waiting = () => {
        const here = door.mostUrgent()
        const there = before()
        return here === undefined ? there : moreUrgent(here, there)
      }
      return yield* effect.pipe(
        Effect.provideService(WaitingBehind, waiting),
        Effect.provideService(CurrentUrgency, () => moreUrgent(priority, waiting()))
      )
    })

  return {
    name,
    admit: (inner) => Effect.raceFirst(outOfPatience, door.withPermit(urgent(turn(inner)))),
    refused: (admittedAt, resumesAt) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const chance = yield* Random.next
        admissions.remove(admittedAt)
        const letThrough = admissions.between(admittedAt - 1000, admittedAt)
        yield* change((memory) => afterRefusal(memory, { admittedAt, letThrough, resumesAt, chance }, now))
      }),
    accepted: Effect.suspend(() =>
      cell.current().consecutiveRefusals === 0
        ? Effect.void
        : Effect.asVoid(change((memory) => ({ ...memory, consecutiveRefusals: 0 })))
    ),
    declared: (allowed) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => change((memory) => afterDeclaration(memory, allowed, now))),
    pauseUntil: (time) => Effect.asVoid(change((memory) => restedUntil(memory, time))),
    state: Effect.map(Effect.zip(Clock.currentTimeMillis, look), ([now, memory]) => ({
      requestsPerSecond: rateAt(paceOf(memory), now),
      pausedUntil: memory.pausedUntil
    }))
  }
}
