/**
 * The request pipeline: one logical call becomes as many requests as it takes, in this order:
 *
 * admit (practice, then app) → token → send, with a time-out → classify → retry or give up
 *
 * - Refused for its rate: the practice pauses for everyone, and the call waits at the gate with the others.
 * - 401 on a token that worked before: it died early; renewed and sent again at once. 401 on two tokens that never
 *   worked, one younger than the other: the credentials are refused.
 * - A failure of the server or of the line: a jittered exponential schedule, within the call's deadline.
 * - Writes are sent again only when the server said that it did nothing (refused for rate or token).
 *
 * Nothing that leaves here names a patient: spans and errors carry the endpoint's template.
 */
import { Context, Data, DateTime, Effect, Layer, Option, Redacted } from "effect"
import { Headers, HttpClient, HttpClientRequest } from "effect/http"
import { type AccessToken, AccessTokens } from "../auth/AccessTokens.ts"
import { Connection } from "../environment/Connection.ts"
import {
  AthenaError,
  type AthenaErrorReason,
  Conflict,
  FeedNotSubscribed,
  InvalidRequest,
  PermissionDenied,
  PracticeNotAuthorized,
  PracticeUnknown,
  RecordNotFound,
  RefusedInside,
  ServerUnavailable,
  Throttled,
  TimedOut,
  TokenRefused,
  UnexpectedStatus,
  UnreadableAnswer
} from "../errors/AthenaError.ts"
import type { PracticeId } from "../ids/PracticeId.ts"
import { removeNeverStored } from "../phi/neverStored.ts"
import { type Admission, type BudgetPaused, RequestBudget } from "../rate-limit/RequestBudget.ts"
import type { RawAnswer } from "../transport/RawAnswer.ts"
import { attemptTimeout, callDeadline, transientSchedule } from "../transport/retrySchedule.ts"
import { send } from "../transport/send.ts"
import { CurrentCallStatistics } from "./CallStatistics.ts"
import { classify } from "./classify.ts"
import { type EndpointDescription, templateOf } from "./EndpointDescription.ts"
import { refusedInside } from "./refusedInside.ts"

/** One call, ready to be sent. */
export interface Call {
  readonly endpoint: EndpointDescription
  readonly practiceId: PracticeId
  /** Values of the path's placeholders other than `{practiceid}`. */
  readonly path: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
}

/** What came back, read as JSON, less what is never stored. */
export interface Answer {
  readonly body: unknown
  readonly attempts: number
  readonly requestId: Option.Option<string>
}

export class Athena extends Context.Service<
  Athena,
  {
    /** Sends the call through the whole pipeline. */
    readonly exchange: (call: Call) => Effect.Effect<Answer, AthenaError>
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

/** Whether and when a failed attempt is followed by another. */
type Again = "never" | "at-once" | "when-admitted" | "after-a-while"

class AttemptFailed extends Data.TaggedError("AttemptFailed")<{
  readonly reason: AthenaErrorReason
  readonly again: Again
}> {}

/** What is known of a call while it goes on. */
interface Progress {
  attempts: number
  requestId: Option.Option<string>
  /** When the token was issued that never worked and was refused. */
  refusedTokenIssuedAt: number | undefined
  lastReason: AthenaErrorReason | undefined
}

/** The names of path values that would lead elsewhere: nothing, or dots, which every URL parser resolves. */
const unsafePath = (call: Call): ReadonlyArray<string> =>
  Object.entries(call.path).flatMap(([name, value]) => (/^\.*$/.test(value) ? [name] : []))

const urlOf = (origin: string, call: Call): string =>
  origin +
  call.endpoint.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(name === "practiceid" ? call.practiceId : (call.path[name] ?? ""))
  )

const parse = (body: string): Effect.Effect<unknown, AttemptFailed> =>
  Effect.try({
    try: () => (body.trim() === "" ? null : (JSON.parse(body) as unknown)),
    // The parser's error quotes the body.
    catch: () => new AttemptFailed({ reason: new UnreadableAnswer({ kind: "not-json" }), again: "after-a-while" })
  })

/** Most bodies hold nothing that must go; looking at the text is cheaper than walking the tree. */
const mayHoldNeverStored = /ssn|driverslicense/i

const make = Effect.fnUntraced(function* () {
  const client = yield* HttpClient.HttpClient
  const tokens = yield* AccessTokens
  const budget = yield* RequestBudget
  const connection = yield* Connection
  /** Practices that answered before: "Invalid practice." is then an outage. */
  const answered = new Set<PracticeId>()

  const fail = (reason: AthenaErrorReason, again: Again) => Effect.fail(new AttemptFailed({ reason, again }))

  const staleToken = (token: AccessToken, progress: Progress) =>
    Effect.gen(function* () {
      yield* tokens.invalidate(token)
      if (token.wasAccepted) return yield* fail(new TokenRefused(), "at-once")
      const isSecond = progress.refusedTokenIssuedAt !== undefined && token.issuedAt > progress.refusedTokenIssuedAt
      progress.refusedTokenIssuedAt ??= token.issuedAt
      return yield* fail(new TokenRefused(), isSecond ? "never" : "at-once")
    })

  /** Turns an answer into its body, or into a failure that says whether to try again. */
  const judge = Effect.fnUntraced(function* (
    call: Call,
    answer: RawAnswer,
    admission: Admission,
    token: AccessToken,
    progress: Progress
  ) {
    const verdict = classify(answer)
    const ifSafe: Again = call.endpoint.repeat === "safe" ? "after-a-while" : "never"
    if (verdict._tag === "Throttled") {
      ;(yield* CurrentCallStatistics).rateLimited += 1
      yield* budget.refused(admission, answer.headers)
      const retryAt = DateTime.makeUnsafe((yield* budget.state(call.practiceId)).practice.pausedUntil)
      return yield* fail(new Throttled({ retryAt, scope: "practice" }), "when-admitted")
    }
    if (verdict._tag === "ServerUnavailable") yield* budget.rest(admission, answer.headers)
    else yield* budget.accepted(admission, answer.headers)
    if (verdict._tag !== "StaleToken" && verdict._tag !== "ServerUnavailable") token.wasAccepted = true
    switch (verdict._tag) {
      case "StaleToken":
        return yield* staleToken(token, progress)
      case "PracticeNotAuthorized":
        return yield* fail(new PracticeNotAuthorized(), "never")
      case "PermissionDenied":
        return yield* fail(new PermissionDenied(), "never")
      case "FeedNotSubscribed":
        return yield* fail(new FeedNotSubscribed(), "never")
      case "PracticeUnknown":
        return yield* fail(new PracticeUnknown(), answered.has(call.practiceId) ? ifSafe : "never")
      case "RecordNotFound":
        return yield* fail(new RecordNotFound(), "never")
      case "InvalidRequest":
        return yield* fail(new InvalidRequest({ parameters: verdict.parameters }), "never")
      case "Conflict":
        return yield* fail(new Conflict(), "never")
      case "ServerUnavailable":
        return yield* fail(new ServerUnavailable({ status: verdict.status }), ifSafe)
      case "Unreadable":
        return yield* fail(new UnreadableAnswer({ kind: verdict.kind }), ifSafe)
      case "Unexpected":
        return yield* fail(new UnexpectedStatus({ status: verdict.status }), "never")
      case "Accepted": {
        const body = yield* Effect.mapError(parse(answer.body), (error) =>
          ifSafe === "never" ? new AttemptFailed({ reason: error.reason, again: "never" }) : error
        )
        if (refusedInside(body)) return yield* fail(new RefusedInside(), "never")
        answered.add(call.practiceId)
        return mayHoldNeverStored.test(answer.body) ? removeNeverStored(body) : body
      }
    }
  })

  const attempt = (call: Call, progress: Progress) =>
    budget
      .admit(call.practiceId, (admission) =>
        Effect.gen(function* () {
          const token = yield* Effect.mapError(
            tokens.current,
            (reason) => new AttemptFailed({ reason, again: "never" })
          )
          const request = HttpClientRequest.make(call.endpoint.verb)(urlOf(connection.origin, call)).pipe(
            HttpClientRequest.bearerToken(Redacted.value(token.value)),
            HttpClientRequest.acceptJson,
            HttpClientRequest.setUrlParams(call.query)
          )
          const statistics = yield* CurrentCallStatistics
          statistics.requests += 1
          if (progress.attempts > 0) statistics.retries += 1
          progress.attempts += 1
          const answer = yield* Effect.mapError(
            send(client, request, attemptTimeout),
            (reason) =>
              new AttemptFailed({ reason, again: call.endpoint.repeat === "safe" ? "after-a-while" : "never" })
          )
          progress.requestId = Headers.get(answer.headers, "x-request-id")
          return yield* judge(call, answer, admission, token, progress)
        })
      )
      .pipe(
        Effect.catchTag("BudgetPaused", (error: BudgetPaused) =>
          fail(new Throttled({ retryAt: error.retryAt, scope: error.scope }), "never")
        ),
        Effect.tapError((error) =>
          Effect.sync(() => {
            progress.lastReason = error.reason
          })
        )
      )

  const exchange = (call: Call): Effect.Effect<Answer, AthenaError> =>
    Effect.suspend(() => {
      const progress: Progress = {
        attempts: 0,
        requestId: Option.none(),
        refusedTokenIssuedAt: undefined,
        lastReason: undefined
      }
      const endpoint = templateOf(call.endpoint)
      const unsafe = unsafePath(call)
      const begin =
        unsafe.length > 0 ? fail(new InvalidRequest({ parameters: unsafe }), "never") : attempt(call, progress)
      return begin.pipe(
        Effect.retry({ times: 50, while: (error) => error.again === "when-admitted" }),
        Effect.retry({ times: 8, while: (error) => error.again === "at-once" }),
        Effect.retry({ schedule: transientSchedule, while: (error) => error.again === "after-a-while" }),
        Effect.timeoutOrElse({
          duration: callDeadline,
          orElse: () => fail(progress.lastReason ?? new TimedOut(), "never")
        }),
        Effect.map((body) => ({ body, attempts: progress.attempts, requestId: progress.requestId })),
        Effect.mapError(
          ({ reason }) =>
            new AthenaError({
              endpoint,
              practiceId: Option.some(call.practiceId),
              requestId: progress.requestId,
              attempts: progress.attempts,
              reason
            })
        ),
        Effect.withSpan(`athena ${call.endpoint.name}`, {
          kind: "client",
          attributes: { "athena.practice_id": call.practiceId, "athena.endpoint": endpoint }
        })
      )
    })

  return Athena.of({ exchange, inFlight: budget.inFlight })
})
