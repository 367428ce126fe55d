/**
 * The request for a token: `POST /oauth2/v1/token`, `grant_type=client_credentials`, with HTTP Basic or a signed statement.
 *
 * Of two signing keys the newest is asked with first, each time; where it is refused, the older one is. So a new key can be
 * rolled out before or after its public half is registered. Each request is counted in the quota.
 *
 * A refused client is final. A refusal for the rate waits for the top of the minute, when the quota is full again; other
 * failures are tried again as those of any call are, since every call stands behind a token. In preview the sixth try of a
 * minute waits for the next one.
 *
 * Source: https://docs.athenahealth.com/api/guides/token-endpoint
 */
import { Clock, Data, DateTime, Duration, Effect, Redacted, Result, Schema } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { SharedState } from "../coordination/SharedState.ts"
import { appOf, Connection } from "../environment/Connection.ts"
import { InvalidCredentials, ServerUnavailable, TokenQuotaExceeded, UnreadableAnswer } from "../errors/AthenaError.ts"
import { isLasting, wasNeverConnected } from "../errors/connectionCodes.ts"
import { retryAfterAt } from "../rate-limit/rateHeaders.ts"
import type { RawAnswer } from "../transport/RawAnswer.ts"
import { attemptTimeout, transientSchedule } from "../transport/retrySchedule.ts"
import { send } from "../transport/send.ts"
import { columns, optional, required } from "../wire/columns.ts"
import { text } from "../wire/text.ts"
import { wholeNumber } from "../wire/wholeNumber.ts"
import { type ClientProof, proofsOf } from "./ClientProof.ts"
import { makeTokenQuota } from "./TokenQuota.ts"

/** `expires_in` comes as a number or as text, in seconds; `token_type` and `scope` may be absent. */
const TokenAnswer = Schema.fromJsonString(
  columns("TokenAnswer", {
    accessToken: required("access_token", text),
    expiresInSeconds: required("expires_in", wholeNumber)
  })
)
const decodeToken = Schema.decodeUnknownResult(TokenAnswer)

const OAuthError = Schema.fromJsonString(columns("OAuthError", { code: optional("error", text) }))
const decodeError = Schema.decodeUnknownResult(OAuthError)

/**
 * A token that was given is good for something: "0 seconds" says nothing of how long. A token asked for anew with every
 * call would use up the quota in five; one that dies early is renewed when it is refused.
 */
const unsaidLifetimeSeconds = 300

/** Failures that the same request a moment later cannot mend. */
const isFinal: ReadonlySet<string> = new Set(["InvalidCredentials", "RefusedForRate", "TokenQuotaExceeded"])

const topOfNextMinute = (now: number) => (Math.floor(now / 60_000) + 1) * 60_000

/** The codes of RFC 6749 and RFC 6750, and those of Okta, which stands behind the endpoint. */
const oauthCodes: ReadonlySet<string> = new Set([
  "access_denied",
  "insufficient_scope",
  "invalid_client",
  "invalid_dpop_proof",
  "invalid_grant",
  "invalid_request",
  "invalid_scope",
  "invalid_token",
  "server_error",
  "temporarily_unavailable",
  "unauthorized_client",
  "unsupported_grant_type",
  "use_dpop_nonce"
])

/** Anything else in the place of a code is not quoted: it may be a text of any kind. */
const oauthCode = (answer: RawAnswer): string => {
  const decoded = decodeError(answer.body.whole)
  const code = Result.isSuccess(decoded) ? decoded.success.code : undefined
  return code !== undefined && oauthCodes.has(code) ? code : `status ${answer.status}`
}

/** Another key cannot mend what is wrong with the scope or with the kind of the grant. */
const isOfClient = (code: string) => !["invalid_scope", "insufficient_scope", "unsupported_grant_type"].includes(code)

/** 429 at the token endpoint: another may be had at `until`, epoch milliseconds. */
class RefusedForRate extends Data.TaggedError("RefusedForRate")<{ readonly until: number }> {}

export const makeTokenRequest = Effect.fnUntraced(function* (options: { readonly maxWait: Duration.Duration }) {
  const client = yield* HttpClient.HttpClient
  const connection = yield* Connection
  const { credentials } = connection
  const endpoint = `${connection.origin}/oauth2/v1/token`
  const perMinute = connection.environment === "production" ? 50 : 5
  const quota = makeTokenQuota(yield* SharedState, `${appOf(connection)}/token-quota`, perMinute, options.maxWait)

  const proofs = yield* proofsOf(credentials, endpoint)

  const requestWith = ({ authorize, form }: ClientProof) =>
    HttpClientRequest.post(endpoint).pipe(
      authorize,
      HttpClientRequest.acceptJson,
      HttpClientRequest.bodyUrlParams({ grant_type: "client_credentials", scope: connection.scope, ...form })
    )

  /** Sleeps until `at` if that is within the caller's patience. */
  const waitUntil = (at: number) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      at - now > Duration.toMillis(options.maxWait)
        ? Effect.fail(new TokenQuotaExceeded({ retryAt: DateTime.makeUnsafe(at) }))
        : Effect.sleep(Duration.millis(Math.max(0, at - now)))
    )

  const judge = (answer: RawAnswer, sentAt: number) =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      if (answer.status === 429) {
        return yield* new RefusedForRate({
          until: Math.max(now + 1000, retryAfterAt(answer.headers, now) ?? topOfNextMinute(now))
        })
      }
      if ([400, 401, 403].includes(answer.status)) return yield* new InvalidCredentials({ code: oauthCode(answer) })
      if (answer.status !== 200) return yield* new ServerUnavailable({ status: answer.status })
      const decoded = decodeToken(answer.body.whole)
      if (Result.isFailure(decoded)) return yield* new UnreadableAnswer({ kind: "not-json" })
      const { accessToken, expiresInSeconds } = decoded.success
      return {
        value: Redacted.make(accessToken, { label: "access token" }),
        issuedAt: sentAt,
        expiresAt: sentAt + (expiresInSeconds > 0 ? expiresInSeconds : unsaidLifetimeSeconds) * 1000,
        wasAccepted: false
      }
    })

  const attemptWith = Effect.fnUntraced(function* (proof: Effect.Effect<ClientProof>) {
    yield* quota.take((retryAt) => new TokenQuotaExceeded({ retryAt }))
    const sentAt = yield* Clock.currentTimeMillis
    const answer = yield* Effect.tapError(send(client, requestWith(yield* proof), attemptTimeout), (error) =>
      error._tag === "Unreachable" && wasNeverConnected(error.code) ? quota.giveBack : Effect.void
    )
    return yield* judge(answer, sentAt)
  })

  /** Asks with the proofs from `index` on; those before it were refused. */
  const attemptFrom = (index: number): ReturnType<typeof attemptWith> => {
    const { kid, proof } = proofs[index] ?? proofs[0]
    if (kid === undefined) return attemptWith(proof)
    const kids = proofs.slice(0, index + 1).flatMap((tried) => tried.kid ?? [])
    return Effect.catchTag(attemptWith(proof), "InvalidCredentials", ({ code }) =>
      index + 1 < proofs.length && isOfClient(code)
        ? Effect.logWarning("athenahealth refused a signing key; the older one is tried").pipe(
            Effect.annotateLogs({ kid }),
            Effect.andThen(attemptFrom(index + 1))
          )
        : Effect.fail(new InvalidCredentials({ code, kids }))
    )
  }
  const attempt = attemptFrom(0)

  const token = attempt.pipe(
    Effect.retry({
      schedule: transientSchedule,
      while: (error) => !isFinal.has(error._tag) && !(error._tag === "Unreachable" && isLasting(error.code))
    }),
    Effect.catchTag("RefusedForRate", (refusal) => Effect.andThen(waitUntil(refusal.until), refusal)),
    // The wait is over: ask again, twice at most.
    Effect.retry({ times: 2, while: (error) => error._tag === "RefusedForRate" }),
    Effect.catchTag("RefusedForRate", ({ until }) => new TokenQuotaExceeded({ retryAt: DateTime.makeUnsafe(until) })),
    Effect.withSpan("AccessTokens.request")
  )
  return { token }
})
