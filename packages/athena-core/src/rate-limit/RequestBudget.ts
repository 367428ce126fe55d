/**
 * The budget of requests: one per practice and one for the whole app over it, because the vendor's pages speak of the
 * app's limit while practitioners met it per practice. A request passes the practice's gate and, standing in it, the
 * app's; so no practice can push another one aside.
 *
 * Learned from every answer: a refusal lowers the practice (and the app, when two practices are refused within 5
 * seconds); a declared window sets the pace at once; the day's quota, once spent, rests the app until 00:00 GMT.
 */
import { Clock, Context, DateTime, Effect, Layer, Schema, Semaphore } from "effect"
import type { Headers } from "effect/http"
import { RateLimiter } from "effect/persistence"
import type { PracticeId } from "../ids/PracticeId.ts"
import type { BudgetOptions } from "./BudgetOptions.ts"
import { type Gate, type GateState, makeGate, type PausedTooLong } from "./Gate.ts"
import { initialPace } from "./Pace.ts"
import { type DailyQuota, dailyQuota, declaredWindow, nextMidnightGmt, resetAt, retryAfterAt } from "./rateHeaders.ts"

/** A place in the budget: when the request was let through. */
export interface Admission {
  readonly practiceId: PracticeId
  /** Epoch milliseconds. */
  readonly at: number
}

/** The wait is longer than `maxWait`. */
export class BudgetPaused extends Schema.TaggedError<BudgetPaused>()("BudgetPaused", {
  scope: Schema.Literals(["practice", "app", "daily-quota"]),
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
    /** Waits until the practice and the app may send one more request, then sends it: `use` is that request. */
    readonly admit: <A, E, R>(
      practiceId: PracticeId,
      use: (admission: Admission) => Effect.Effect<A, E, R>
    ) => Effect.Effect<A, E | BudgetPaused, R>
    /** The request was answered; learns from the headers. */
    readonly accepted: (admission: Admission, headers: Headers.Headers) => Effect.Effect<void>
    /** The request was refused for its rate; everyone who waits for the practice waits with it. */
    readonly refused: (admission: Admission, headers: Headers.Headers) => Effect.Effect<void>
    /** The server is overloaded and said when to come back; no fault of our pace. */
    readonly rest: (admission: Admission, headers: Headers.Headers) => Effect.Effect<void>
    readonly state: (practiceId: PracticeId) => Effect.Effect<BudgetState>
  }
>()("athena-core/rate-limit/RequestBudget") {
  static readonly layer = (options: BudgetOptions): Layer.Layer<RequestBudget> =>
    Layer.effect(RequestBudget, make(options)).pipe(
      Layer.provide(RateLimiter.layer),
      Layer.provide(RateLimiter.layerStoreMemory)
    )
}

/** Refusals of two practices closer together than this mean that the app as a whole is too fast. */
const appSignalMillis = 5000

const make = Effect.fnUntraced(function* (options: BudgetOptions) {
  const limiter = yield* RateLimiter.RateLimiter
  const gate = (key: string, requestsPerSecond: number) =>
    makeGate(key, limiter, initialPace(requestsPerSecond, options.startRequestsPerSecond), options.maxWait)
  const app = gate("app", options.appRequestsPerSecond)
  const practices = new Map<
    PracticeId,
    { readonly gate: Gate; readonly flights: Semaphore.Semaphore; inFlight: number }
  >()
  let quota: DailyQuota | undefined
  let quotaSpentUntil = 0
  let lastRefusal: { readonly practiceId: PracticeId; readonly at: number } | undefined

  const of = (practiceId: PracticeId) => {
    const known = practices.get(practiceId)
    if (known !== undefined) return known
    const made = {
      gate: gate(`practice:${practiceId}`, options.requestsPerSecond),
      flights: Semaphore.makeUnsafe(options.maxConcurrency),
      inFlight: 0
    }
    practices.set(practiceId, made)
    return made
  }

  const learn = (practiceId: PracticeId, headers: Headers.Headers, now: number) =>
    Effect.gen(function* () {
      const window = declaredWindow(headers, now)
      if (window !== undefined) {
        const practice = of(practiceId)
        if (window.remaining <= 0) return yield* practice.gate.pauseUntil(window.resetsAt)
        // Requests still in flight will be counted in the same window.
        const left = Math.max(1, window.remaining - practice.inFlight)
        return yield* practice.gate.declared((left * 1000) / (window.resetsAt - now))
      }
      const day = dailyQuota(headers)
      if (day === undefined) return
      quota = day
      if (day.remaining > 0) return
      quotaSpentUntil = nextMidnightGmt(now)
      yield* app.pauseUntil(quotaSpentUntil)
    })

  const paused = (error: PausedTooLong, scope: "practice" | "app") =>
    new BudgetPaused({
      retryAt: error.retryAt,
      scope: scope === "app" && DateTime.toEpochMillis(error.retryAt) === quotaSpentUntil ? "daily-quota" : scope
    })

  return RequestBudget.of({
    inFlight: (practiceId, effect) => {
      const practice = of(practiceId)
      return practice.flights.withPermit(effect)
    },
    admit: (practiceId, use) => {
      const practice = of(practiceId)
      const throughApp = Effect.mapError(app.admit(Effect.void), (error) => paused(error, "app"))
      const admitted = Effect.mapError(practice.gate.admit(throughApp), (error) =>
        error._tag === "PausedTooLong" ? paused(error, "practice") : error
      )
      return Effect.flatMap(admitted, (at) => {
        practice.inFlight += 1
        return Effect.ensuring(
          use({ practiceId, at }),
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
        if (
          lastRefusal !== undefined &&
          lastRefusal.practiceId !== admission.practiceId &&
          now - lastRefusal.at < appSignalMillis
        ) {
          yield* app.refused(admission.at, resumesAt)
        }
        lastRefusal = { practiceId: admission.practiceId, at: now }
        const day = dailyQuota(headers)
        if (day !== undefined && day.remaining <= 0) yield* learn(admission.practiceId, headers, now)
      }),
    rest: (admission, headers) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        const resumesAt = retryAfterAt(headers, now)
        return resumesAt === undefined ? Effect.void : of(admission.practiceId).gate.pauseUntil(resumesAt)
      }),
    state: (practiceId) =>
      Effect.all({ practice: of(practiceId).gate.state, app: app.state, dailyQuota: Effect.sync(() => quota) })
  })
})
