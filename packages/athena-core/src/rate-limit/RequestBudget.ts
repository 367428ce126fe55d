/**
 * The budget of requests: one per practice and one for the whole app over it, because the vendor's pages speak of the
 * app's limit while practitioners met it per practice. A request passes the practice's gate and, standing in it, the
 * app's; so no practice can push another one aside.
 *
 * Learned from every answer: a refusal lowers the practice (and the app, when two practices are refused within 5
 * seconds); a declared window sets the pace at once; the day's quota, once spent, rests the app until 00:00 GMT. A sync is
 * turned away before that, and leaves the rest of the day's quota to what is more urgent; a backfill sooner still.
 */
import { Clock, Context, DateTime, Duration, Effect, Layer, Option, Schema } from "effect"
import type { Headers } from "effect/http"
import { RateLimiter } from "effect/persistence"
import { SharedState, type SharedStateUnavailable } from "../coordination/SharedState.ts"
import type { PracticeId } from "../ids/PracticeId.ts"
import type { BudgetOptions } from "./BudgetOptions.ts"
import { makeDayBudget } from "./DayBudget.ts"
import { type Gate, type GateState, makeGate, PausedTooLong } from "./Gate.ts"
import { initialPace } from "./Pace.ts"
import { currentQuotaUser } from "./Priority.ts"
import { makePriorityDoor, type PriorityDoor } from "./PriorityDoor.ts"
import type { QuotaForecast } from "./QuotaForecast.ts"
import { type DailyQuota, dailyQuota, declaredWindow, nextMidnightGmt, resetAt, retryAfterAt } from "./rateHeaders.ts"
import { type WindowLength, windowLength, windowPace } from "./windowPace.ts"

/** A place in the budget: when the request was let through. */
export interface Admission {
  readonly practiceId: PracticeId
  /** Epoch milliseconds. */
  readonly at: number
}

/** The wait is longer than `maxWait`, or the day's quota has no more for this priority. */
export class BudgetPaused extends Schema.TaggedError<BudgetPaused>()("BudgetPaused", {
  scope: Schema.Literals(["practice", "app", "daily-quota", "daily-reserve", "backfill-share"]),
  retryAt: Schema.DateTimeUtc
}) {}

export interface BudgetState {
  readonly practice: GateState
  readonly app: GateState
  readonly dailyQuota: DailyQuota | undefined
}

export class RequestBudget extends Context.Service<
  RequestBudget,
  {
    /** Runs `effect` as one of the practice's requests in flight. */
    readonly inFlight: <A, E, R>(practiceId: PracticeId, effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
    /**
     * Waits until the practice and the app may send one more request, then sends it: `use` is that request. What it
     * cannot be sent without (a token, say) is `needed`, and waited for at the head of the queue: those who came
     * meanwhile would leave all at once if they waited for it after they were let through.
     */
    readonly admit: <N, A, E, E2, R>(
      practiceId: PracticeId,
      needed: Effect.Effect<N, E2, R>,
      use: (admission: Admission, needed: N) => Effect.Effect<A, E, R>
    ) => Effect.Effect<A, E | E2 | BudgetPaused | SharedStateUnavailable, R>
    /** The request was answered; learns from the headers. */
    readonly accepted: (admission: Admission, headers: Headers.Headers) => Effect.Effect<void>
    /** The request was refused for its rate; everyone who waits for the practice waits with it. */
    readonly refused: (admission: Admission, headers: Headers.Headers) => Effect.Effect<void>
    /** The server is overloaded and said when to come back; no fault of our pace. */
    readonly rest: (admission: Admission, headers: Headers.Headers) => Effect.Effect<void>
    readonly state: (practiceId: PracticeId) => Effect.Effect<BudgetState>
    /** How far the day's quota will last; none while nothing is known of it. */
    readonly forecast: Effect.Effect<Option.Option<QuotaForecast>>
  }
>()("athena-core/rate-limit/RequestBudget") {
  /** The budget of this process alone. */
  static readonly layer = (options: BudgetOptions): Layer.Layer<RequestBudget> =>
    RequestBudget.layerShared(options).pipe(Layer.provide([SharedState.layerLocal, RateLimiter.layerStoreMemory]))

  /**
   * One budget for all processes that share these two: the ceilings hold for all of them together, and what one was told to
   * keep or has learned, all keep. Requests in flight are counted by each for itself.
   */
  static readonly layerShared = (
    options: BudgetOptions
  ): Layer.Layer<RequestBudget, never, SharedState | RateLimiter.RateLimiterStore> =>
    Layer.effect(RequestBudget, make(options)).pipe(Layer.provide(RateLimiter.layer))
}

interface Practice {
  readonly gate: Gate
  readonly flights: PriorityDoor
  /** Sent and not answered yet. */
  inFlight: number
  windows: WindowLength | undefined
}

interface Refusal {
  readonly practiceId: PracticeId
  /** Epoch milliseconds, as the next. */
  readonly at: number
  readonly pausedUntil: number
}

/** Refusals of two practices closer together than this mean that the app as a whole is too fast. */
const appSignalMillis = 5000

const make = Effect.fnUntraced(function* (options: BudgetOptions) {
  const limiter = yield* RateLimiter.RateLimiter
  const shared = yield* SharedState
  const gate = (name: string, requestsPerSecond: number) =>
    makeGate({
      name: options.sharedAs === undefined ? name : `${options.sharedAs}/${name}`,
      initial: initialPace(requestsPerSecond, options.startRequestsPerSecond),
      maxWait: options.maxWait,
      limiter,
      shared
    })
  const app = gate("app", options.appRequestsPerSecond)
  const practices = new Map<PracticeId, Practice>()
  const day = makeDayBudget(app.name, shared, options)
  let quota: DailyQuota | undefined
  let lastRefusal: Refusal | undefined

  const of = (practiceId: PracticeId) => {
    const known = practices.get(practiceId)
    if (known !== undefined) return known
    const made: Practice = {
      gate: gate(`practice/${practiceId}`, options.requestsPerSecond),
      flights: makePriorityDoor(options.maxConcurrency),
      inFlight: 0,
      windows: undefined
    }
    practices.set(practiceId, made)
    return made
  }

  const inFlight = () => [...practices.values()].reduce((sum, practice) => sum + practice.inFlight, 0)

  const learn = (practiceId: PracticeId, headers: Headers.Headers, now: number) =>
    Effect.gen(function* () {
      const window = declaredWindow(headers, now)
      if (window !== undefined) {
        const practice = of(practiceId)
        practice.windows = windowLength(practice.windows, window, now)
        if (window.remaining <= 0) yield* practice.gate.pauseUntil(window.resetsAt)
        return yield* practice.gate.declared(windowPace(practice.windows, window, practice.inFlight, now))
      }
      const told = dailyQuota(headers)
      if (told === undefined) return
      quota = told
      yield* day.told(told, inFlight(), now)
      if (told.remaining <= 0) yield* app.pauseUntil(nextMidnightGmt(now))
    })

  const paused =
    (scope: "practice" | "app") =>
    <E>(error: E | PausedTooLong): E | BudgetPaused => {
      if (!(error instanceof PausedTooLong)) return error
      const at = DateTime.toEpochMillis(error.retryAt)
      if (scope !== "app" || !day.isRest(at)) return new BudgetPaused({ retryAt: error.retryAt, scope })
      return new BudgetPaused({ retryAt: DateTime.makeUnsafe(nextMidnightGmt(at - 60_000)), scope: "daily-quota" })
    }

  /** Asked before a place in the line is taken, and again at its head. */
  const unlessSpent = Effect.gen(function* () {
    const spent = day.spentFor(yield* currentQuotaUser, yield* Clock.currentTimeMillis)
    if (Option.isSome(spent)) return yield* new BudgetPaused(spent.value)
  })

  /** Through both gates, the app's standing in the practice's. Counted last, when all that others learned is to be seen. */
  const pass = <N, E, R>(practice: Practice, needed: Effect.Effect<N, E, R>) => {
    const atTheHead = Effect.gen(function* () {
      yield* unlessSpent
      const value = yield* needed
      yield* shared.count([practice.gate.name, app.name])
      return { at: yield* Clock.currentTimeMillis, value }
    })
    const throughApp = Effect.mapError(app.admit(atTheHead), paused("app"))
    return unlessSpent.pipe(Effect.andThen(practice.gate.admit(throughApp)), Effect.mapError(paused("practice")))
  }

  return RequestBudget.of({
    inFlight: (practiceId, effect) => {
      const practice = of(practiceId)
      return practice.flights.withPermit(effect)
    },
    admit: (practiceId, needed, use) => {
      const practice = of(practiceId)
      return Effect.flatMap(pass(practice, needed), ({ at, value }) => {
        practice.inFlight += 1
        return Effect.ensuring(
          use({ practiceId, at }, value),
          Effect.sync(() => {
            practice.inFlight -= 1
          })
        )
      })
    },
    accepted: (admission, headers) =>
      Effect.gen(function* () {
        yield* of(admission.practiceId).gate.accepted
        yield* app.accepted
        yield* learn(admission.practiceId, headers, yield* Clock.currentTimeMillis)
      }),
    refused: (admission, headers) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const practice = of(admission.practiceId)
        const resumesAt = retryAfterAt(headers, now) ?? resetAt(headers, now)
        yield* practice.gate.refused(admission.at, resumesAt)
        const { pausedUntil } = yield* practice.gate.state
        const other = lastRefusal
        lastRefusal = { practiceId: admission.practiceId, at: now, pausedUntil }
        if (other !== undefined && other.practiceId !== admission.practiceId && now - other.at < appSignalMillis) {
          // Only a guess: no practice is to fail for it, nor to wait as long as the one that was told to wait longer.
          const restsUntil = Math.min(pausedUntil, other.pausedUntil, now + Duration.toMillis(options.maxWait))
          yield* app.refused(admission.at, restsUntil)
        }
        const told = dailyQuota(headers)
        if (told !== undefined && told.remaining <= 0) yield* learn(admission.practiceId, headers, now)
      }),
    rest: (admission, headers) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        const resumesAt = retryAfterAt(headers, now)
        return resumesAt === undefined ? Effect.void : of(admission.practiceId).gate.pauseUntil(resumesAt)
      }),
    state: (practiceId) =>
      Effect.all({ practice: of(practiceId).gate.state, app: app.state, dailyQuota: Effect.sync(() => quota) }),
    forecast: Effect.map(Clock.currentTimeMillis, day.forecast)
  })
})
