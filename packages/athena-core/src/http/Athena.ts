/**
 * The request pipeline: one logical call becomes as many requests as it takes, in this order:
 *
 * admit (practice, then app, and then the token at the head of the queue) → send, with a time-out → classify → retry or
 * give up
 *
 * - Refused for its rate: the practice pauses for everyone, and the call waits at the gate with the others.
 * - 401 on a token that worked before: it died early; renewed and sent again at once. 401 on three tokens that never
 *   worked, each younger than the one before: the credentials are refused. Two would not do: where tokens die early, one
 *   may die before it ever worked.
 * - A failure of the server or of the line: a jittered exponential schedule, within the call's deadline.
 * - Writes are sent again only when the server said that it did nothing (refused for rate or token).
 *
 * Nothing that leaves here names a patient: spans and errors carry the endpoint's template.
 */
import { Context, DateTime, Effect, Layer, Metric, Option, Redacted, Result } from "effect"
import { Headers, HttpClient, HttpClientRequest } from "effect/http"
import { type AccessToken, AccessTokens } from "../auth/AccessTokens.ts"
import { Connection } from "../environment/Connection.ts"
import {
  AthenaError,
  type AthenaErrorReason,
  BudgetUnavailable,
  InvalidRequest,
  type RefusedInside,
  Throttled,
  TimedOut,
  TokenRefused,
  type UnreadableAnswer
} from "../errors/AthenaError.ts"
import { isLasting } from "../errors/connectionCodes.ts"
import { isOpaqueId } from "../ids/OpaqueId.ts"
import type { PracticeId } from "../ids/PracticeId.ts"
import { type Admission, type BudgetPaused, RequestBudget } from "../rate-limit/RequestBudget.ts"
import type { RawAnswer } from "../transport/RawAnswer.ts"
import { attemptTimeout, callDeadline, transientSchedule } from "../transport/retrySchedule.ts"
import { send } from "../transport/send.ts"
import { type Again, AttemptFailed, failureOf } from "./AttemptFailed.ts"
import { type Call, unsafePathValues } from "./Call.ts"
import { CurrentCallStatistics } from "./CallStatistics.ts"
import { classify } from "./classify.ts"
import { templateOf } from "./EndpointDescription.ts"
import { measured, throttled } from "./metrics.ts"
import { type ReadBody, readWith } from "./readBody.ts"
import { requestOf } from "./requestOf.ts"

/** What came back, as the call's reader made it of the body. */
export interface Answer<A> {
  readonly body: A
  readonly attempts: number
  readonly requestId: Option.Option<string>
}

export class Athena extends Context.Service<
  Athena,
  {
    /**
     * Sends the call through the whole pipeline. A body that `read` can make nothing of is asked for again, where the
     * call may be repeated.
     */
    readonly exchange: <A>(call: Call, read: ReadBody<A>) => Effect.Effect<Answer<A>, AthenaError>
    /** Where the requests go: `https://api.platform.athenahealth.com`. */
    readonly origin: string
    /** Runs `effect` as one of the practice's calls in flight. */
    readonly inFlight: <A, E, R>(practiceId: PracticeId, effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  }
>()("athena-core/http/Athena") {
  static readonly layer: Layer.Layer<Athena, never, AccessTokens | Connection | HttpClient.HttpClient | RequestBudget> =
    Layer.effect(
      Athena,
      Effect.suspend(() => make())
    )
}

/** What is known of a call while it goes on. */
interface Progress {
  attempts: number
  requestId: Option.Option<string>
  /** Tokens that never worked and were refused, and when the last of them was issued. */
  refusedTokens: number
  lastRefusedTokenIssuedAt: number
  lastReason: AthenaErrorReason | undefined
  /** A request is on its way, and no answer to it has come. */
  isUnanswered: boolean
}

/** So many refused tokens that never worked mean that it is not the tokens. */
const refusalsUntilFinal = 3

const tokenEndpoint = "POST /oauth2/v1/token"

/** A body that was cut short may be whole the next time; what another shape says, it says again. */
const isCutShort = (reason: UnreadableAnswer | RefusedInside) =>
  reason._tag === "UnreadableAnswer" && reason.kind === "not-json"

/**
 * Why a call ends at its deadline: what kept it so long, unless a request was on its way that must not be repeated. What
 * became of that one is then all that matters, not that the one before it was refused.
 */
const reasonAtDeadline = (call: Call, progress: Progress): AthenaErrorReason =>
  progress.isUnanswered && call.endpoint.repeat !== "safe" ? new TimedOut() : (progress.lastReason ?? new TimedOut())

const make = Effect.fnUntraced(function* () {
  const client = yield* HttpClient.HttpClient
  const tokens = yield* AccessTokens
  const budget = yield* RequestBudget
  const connection = yield* Connection
  /** Practices that answered before: "Invalid practice." is then an outage. */
  const answered = new Set<PracticeId>()

  const fail = (reason: AthenaErrorReason, again: Again) => Effect.fail(new AttemptFailed({ reason, again }))

  const staleToken = Effect.fnUntraced(function* (token: AccessToken, progress: Progress) {
    yield* tokens.invalidate(token)
    if (token.wasAccepted) return yield* fail(new TokenRefused(), "at-once")
    if (token.issuedAt > progress.lastRefusedTokenIssuedAt) {
      progress.refusedTokens += 1
      progress.lastRefusedTokenIssuedAt = token.issuedAt
    }
    return yield* fail(new TokenRefused(), progress.refusedTokens < refusalsUntilFinal ? "at-once" : "never")
  })

  const refusedForRate = Effect.fnUntraced(function* (call: Call, answer: RawAnswer, admission: Admission) {
    ;(yield* CurrentCallStatistics).rateLimited += 1
    yield* Metric.update(Metric.withAttributes(throttled, { practice_id: call.practiceId }), 1)
    yield* budget.refused(admission, answer.headers)
    const { practice } = yield* budget.state(call.practiceId)
    return yield* fail(
      new Throttled({ retryAt: DateTime.makeUnsafe(practice.pausedUntil), scope: "practice" }),
      "when-admitted"
    )
  })

  /** Turns an answer into its body, or into a failure that says whether to try again. */
  const judge = Effect.fnUntraced(function* <A>(
    call: Call,
    read: ReadBody<A>,
    answer: RawAnswer,
    admission: Admission,
    token: AccessToken,
    progress: Progress
  ) {
    const verdict = classify(answer)
    const isRepeatable = call.endpoint.repeat === "safe"
    const again: Again = isRepeatable ? "after-a-while" : "never"
    if (verdict._tag === "Throttled") return yield* refusedForRate(call, answer, admission)
    if (verdict._tag === "ServerUnavailable") yield* budget.rest(admission, answer.headers)
    else yield* budget.accepted(admission, answer.headers)
    if (verdict._tag === "StaleToken") return yield* staleToken(token, progress)
    if (verdict._tag !== "ServerUnavailable") token.wasAccepted = true
    if (verdict._tag !== "Accepted") {
      return yield* failureOf(verdict, { isRepeatable, hasAnswered: answered.has(call.practiceId) })
    }
    const body = readWith(read, answer.body)
    if (Result.isFailure(body)) return yield* fail(body.failure, isCutShort(body.failure) ? again : "never")
    answered.add(call.practiceId)
    return body.success
  })

  /** The token for one who waits for admission from now on. */
  const tokenInQueue = Effect.map(tokens.queued, (current) =>
    Effect.mapError(current, (reason) => new AttemptFailed({ reason, again: "never", endpoint: tokenEndpoint }))
  )

  const attempt = <A>(call: Call, read: ReadBody<A>, progress: Progress) =>
    Effect.flatMap(tokenInQueue, (needed) =>
      budget.admit(call.practiceId, needed, (admission, token) =>
        Effect.gen(function* () {
          const request = HttpClientRequest.bearerToken(requestOf(connection.origin, call), Redacted.value(token.value))
          const statistics = yield* CurrentCallStatistics
          statistics.requests += 1
          if (progress.attempts > 0) statistics.retries += 1
          progress.attempts += 1
          const again: Again = call.endpoint.repeat === "safe" ? "after-a-while" : "never"
          progress.isUnanswered = true
          const answer = yield* Effect.mapError(
            send(client, request, attemptTimeout),
            (reason) =>
              new AttemptFailed({
                reason,
                again: reason._tag === "Unreachable" && isLasting(reason.code) ? "never" : again
              })
          )
          progress.isUnanswered = false
          // Such as `rrt-0100004-c-gea1-21-393-4`. A header with anything else in it is not quoted.
          progress.requestId = Option.filter(Headers.get(answer.headers, "x-request-id"), isOpaqueId)
          return yield* judge(call, read, answer, admission, token, progress)
        })
      )
    ).pipe(
      Effect.catchTags({
        BudgetPaused: ({ retryAt, scope }: BudgetPaused) => fail(new Throttled({ retryAt, scope }), "never"),
        SharedStateUnavailable: () => fail(new BudgetUnavailable(), "never")
      }),
      Effect.tapError((error) =>
        Effect.sync(() => {
          progress.lastReason = error.reason
        })
      )
    )

  /** All attempts of a call, each kind of failure with its own patience, within the deadline. */
  const attempts = <A>(call: Call, read: ReadBody<A>, progress: Progress) => {
    const unsafe = unsafePathValues(call)
    const first =
      unsafe.length > 0 ? fail(new InvalidRequest({ parameters: unsafe }), "never") : attempt(call, read, progress)
    return first.pipe(
      Effect.retry({ times: 50, while: (error) => error.again === "when-admitted" }),
      Effect.retry({ times: 8, while: (error) => error.again === "at-once" }),
      Effect.retry({ schedule: transientSchedule, while: (error) => error.again === "after-a-while" }),
      Effect.timeoutOrElse({
        duration: callDeadline,
        orElse: () =>
          progress.attempts > 0
            ? fail(reasonAtDeadline(call, progress), "never")
            : // Never sent: the budget has more callers than it can serve.
              Effect.flatMap(DateTime.now, (retryAt) => fail(new Throttled({ retryAt, scope: "practice" }), "never"))
      })
    )
  }

  const exchange = <A>(call: Call, read: ReadBody<A>): Effect.Effect<Answer<A>, AthenaError> =>
    Effect.suspend(() => {
      const progress: Progress = {
        attempts: 0,
        requestId: Option.none(),
        refusedTokens: 0,
        lastRefusedTokenIssuedAt: Number.NEGATIVE_INFINITY,
        lastReason: undefined,
        isUnanswered: false
      }
      const endpoint = templateOf(call.endpoint)
      const answered = attempts(call, read, progress).pipe(
        Effect.map((body) => ({ body, attempts: progress.attempts, requestId: progress.requestId })),
        Effect.mapError(
          ({ endpoint: failed, reason }) =>
            new AthenaError({
              endpoint: failed ?? endpoint,
              practiceId: Option.some(call.practiceId),
              requestId: progress.requestId,
              attempts: progress.attempts,
              reason
            })
        )
      )
      return Effect.withSpan(measured(call, answered), `athena ${call.endpoint.name}`, {
        kind: "client",
        attributes: { "athena.practice_id": call.practiceId, "athena.endpoint": endpoint }
      })
    })

  return Athena.of({ exchange, origin: connection.origin, inFlight: budget.inFlight })
})
