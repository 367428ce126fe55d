/**
 * The access token, as all processes of an app have it: one fetches, the others use it.
 *
 * - **Absent, dead or refused**: whoever needs it claims to fetch it, for half a minute at most. The others look again every
 *   100 ms until it is there. A process that dies holding the claim costs them the rest of it.
 * - **There**: taken from the store when it is needed for the first time, and after a 401.
 * - **Refused** (401): taken away if it is still the one that was refused; so eight refusals cost one new token.
 *
 * Where the store cannot be reached, or there is no key to encrypt it with, each process has its own.
 */
import { Clock, Duration, Effect, Redacted, Schema } from "effect"
import type { CellKind, SharedState } from "../coordination/SharedState.ts"

const StoredToken = Schema.Struct({
  value: Schema.RedactedFromValue(Schema.String, { label: "access token" }),
  /** Epoch milliseconds, as the other times. */
  issuedAt: Schema.Finite,
  expiresAt: Schema.Finite
})
export type StoredToken = typeof StoredToken.Type

const TokenMemory = Schema.Struct({
  token: Schema.UndefinedOr(StoredToken),
  /** Who fetches one, and until when nobody else does. */
  claimedBy: Schema.String,
  claimedUntil: Schema.Finite
})
type TokenMemory = typeof TokenMemory.Type

const tokenMemory: CellKind<TokenMemory> = {
  schema: Schema.toCodecJson(TokenMemory),
  initial: { token: undefined, claimedBy: "", claimedUntil: 0 },
  shifted: ({ claimedBy, claimedUntil, token }, millis) => ({
    claimedBy,
    claimedUntil: claimedUntil + millis,
    token:
      token === undefined
        ? undefined
        : { value: token.value, issuedAt: token.issuedAt + millis, expiresAt: token.expiresAt + millis }
  }),
  isSecret: true
}

export interface SharedToken {
  /** The token that is good enough, or else the one that `fetch` brings: here, or where another process does it. */
  readonly obtain: <T extends StoredToken, E>(
    isGoodEnough: (token: StoredToken, now: number) => boolean,
    fetch: Effect.Effect<T, E>
  ) => Effect.Effect<T | StoredToken, E>
  /** Takes it away from all, if it is still this one. */
  readonly forget: (token: StoredToken) => Effect.Effect<void>
}

const claimMillis = 30_000
const lookAgain = Duration.millis(100)

export const isSame = (one: StoredToken | undefined, other: StoredToken | undefined): boolean =>
  one !== undefined && other !== undefined && Redacted.value(one.value) === Redacted.value(other.value)

/** Processes that use the same `name` share the token. */
export const makeSharedToken = (shared: SharedState["Service"], name: string): SharedToken => {
  const cell = shared.cell(name, tokenMemory)
  const me = globalThis.crypto.randomUUID()

  const release = Effect.asVoid(
    cell.update((memory) => (memory.claimedBy === me ? { ...memory, claimedUntil: 0 } : memory))
  )

  const claim = Effect.fnUntraced(function* (now: number) {
    const { claimedBy, claimedUntil } = yield* cell.update((memory) =>
      memory.claimedUntil <= now || memory.claimedBy === me
        ? { ...memory, claimedBy: me, claimedUntil: now + claimMillis }
        : memory
    )
    return claimedBy === me && claimedUntil > now
  })

  return {
    obtain: Effect.fnUntraced(function* (isGoodEnough, fetch) {
      for (;;) {
        yield* Effect.ignore(cell.refresh)
        const now = yield* Clock.currentTimeMillis
        const { token } = cell.current()
        if (token !== undefined && isGoodEnough(token, now)) return token
        if (!(yield* claim(now))) {
          yield* Effect.sleep(lookAgain)
          continue
        }
        // Another may have brought one just before.
        const found = cell.current().token
        if (found !== undefined && isGoodEnough(found, now)) {
          yield* release
          return found
        }
        return yield* fetch.pipe(
          Effect.tap(({ expiresAt, issuedAt, value }) =>
            cell.update((memory) => ({ ...memory, token: { value, issuedAt, expiresAt } }))
          ),
          Effect.ensuring(release)
        )
      }
    }),
    forget: (refused) =>
      Effect.asVoid(cell.update((memory) => (isSame(memory.token, refused) ? { ...memory, token: undefined } : memory)))
  }
}
