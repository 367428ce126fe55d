/**
 * OAuth 2.0 access tokens for the athenahealth API (2-legged, client credentials).
 *
 * One token serves every practice the app is authorised for. Callers that ask at the same time share one request. In the
 * last tenth of its life (5 minutes at most) a token is still handed out while its successor is fetched in the background.
 * Processes that share a store have one token together. A failed request fails those who waited for it and is then forgotten. The vendor's quota of tokens (50 a minute in
 * production, 5 in preview) is kept here, so that a restart loop cannot lock the app out.
 *
 * Source: https://docs.athenahealth.com/api/guides/authentication-and-url-locations
 */
import { Clock, Context, Duration, Effect, Layer, type Redacted, Scope, Semaphore } from "effect"
import type { HttpClient } from "effect/http"
import { SharedState } from "../coordination/SharedState.ts"
import { appOf, Connection } from "../environment/Connection.ts"
import type {
  InvalidCredentials,
  ServerUnavailable,
  TimedOut,
  TokenQuotaExceeded,
  Unreachable,
  UnreadableAnswer
} from "../errors/AthenaError.ts"
import { isSame, makeSharedToken, type StoredToken } from "./SharedToken.ts"
import { makeTokenRequest } from "./tokenRequest.ts"

export interface AccessToken {
  readonly value: Redacted.Redacted
  /** Epoch milliseconds by our clock. */
  readonly issuedAt: number
  readonly expiresAt: number
  /** Whether athenahealth has accepted it once: a 401 then means that it died early, not that it is refused. */
  wasAccepted: boolean
}

/** No token could be had. */
export type AccessTokenError =
  | InvalidCredentials
  | TokenQuotaExceeded
  | ServerUnavailable
  | Unreachable
  | TimedOut
  | UnreadableAnswer

export interface AccessTokenOptions {
  /** Told to wait longer than this for a new token, fails with `TokenQuotaExceeded`. */
  readonly maxWait: Duration.Duration
}

export class AccessTokens extends Context.Service<
  AccessTokens,
  {
    /** A token with time left to live. */
    readonly current: Effect.Effect<AccessToken, AccessTokenError>
    /**
     * `current` for one who joins a queue now and asks at its head: if a request for a token fails meanwhile, it fails
     * with that failure, as it would if it had waited for that request.
     */
    readonly queued: Effect.Effect<Effect.Effect<AccessToken, AccessTokenError>>
    /** Forgets `token` if it is still the current one; after a 401. Safe to call from every fiber that saw it. */
    readonly invalidate: (token: AccessToken) => Effect.Effect<void>
  }
>()("athena-core/auth/AccessTokens") {
  /** The tokens of this process alone. */
  static readonly layer = (
    options: AccessTokenOptions
  ): Layer.Layer<AccessTokens, never, Connection | HttpClient.HttpClient> =>
    Layer.provide(AccessTokens.layerShared(options), SharedState.layerLocal)

  /** The tokens of all processes of the app that share a store with a key; without one each has its own. */
  static readonly layerShared = (
    options: AccessTokenOptions
  ): Layer.Layer<AccessTokens, never, Connection | HttpClient.HttpClient | SharedState> =>
    Layer.effect(AccessTokens, make(options))
}

/** Renewal begins this long before the end: a tenth of the life, at most 5 minutes. */
const margin = (lifetimeMillis: number) => Math.min(lifetimeMillis / 10, Duration.toMillis(Duration.minutes(5)))

const make = Effect.fnUntraced(function* (options: AccessTokenOptions) {
  const scope = yield* Scope.Scope
  const request = yield* makeTokenRequest(options)
  const connection = yield* Connection
  const shared = makeSharedToken(yield* SharedState, `${appOf(connection)}/token/${connection.scope}`)
  const single = Semaphore.makeUnsafe(1)
  let token: AccessToken | undefined
  let isRenewing = false
  let failures = 0
  let lastFailure: AccessTokenError | undefined

  /** Whoever holds the permit asks; the others find its token, or its failure, when their turn comes. */
  const fetch = (isGoodEnough: (token: StoredToken, now: number) => boolean, failuresBefore: number) =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      if (token !== undefined && isGoodEnough(token, now)) return token
      // Failed while this caller waited; whoever comes later asks anew.
      if (lastFailure !== undefined && failures > failuresBefore) return yield* lastFailure
      const obtained = yield* Effect.tapError(shared.obtain(isGoodEnough, request.token), (error) =>
        Effect.sync(() => {
          failures += 1
          lastFailure = error
        })
      )
      const known: AccessToken = { ...obtained, wasAccepted: false }
      token = known
      return known
    }).pipe(single.withPermit)

  const isAlive = (candidate: StoredToken, now: number) => now < candidate.expiresAt
  const isYoung = (candidate: StoredToken, now: number) =>
    now < candidate.expiresAt - margin(candidate.expiresAt - candidate.issuedAt)

  const renewInBackground = Effect.suspend(() => {
    if (isRenewing) return Effect.void
    isRenewing = true
    return fetch(isYoung, failures).pipe(
      // The old token still lives; whoever needs the new one meets the failure itself.
      Effect.ignore,
      Effect.ensuring(
        Effect.sync(() => {
          isRenewing = false
        })
      ),
      Effect.forkIn(scope),
      Effect.asVoid
    )
  })

  const currentOf = Effect.fnUntraced(function* (failuresBefore: number) {
    const now = yield* Clock.currentTimeMillis
    if (token === undefined || !isAlive(token, now)) return yield* fetch(isAlive, failuresBefore)
    const known = token
    if (!isYoung(known, now)) yield* renewInBackground
    return known
  })
  const current = Effect.suspend(() => currentOf(failures))
  const queued = Effect.sync(() => currentOf(failures))

  const invalidate = (seen: AccessToken) =>
    Effect.suspend(() => {
      if (isSame(token, seen)) token = undefined
      return shared.forget(seen)
    })

  return AccessTokens.of({ current, queued, invalidate })
})
