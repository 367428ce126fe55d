/**
 * What the processes of one app share, in their PostgreSQL: the beats of every budget, pauses and learned rates, the day's
 * quota, and, where there is a key, the access token. Give it to `AthenaClient.layerShared`.
 *
 * Needs `coordinationMigrations`. All processes on one database share, whatever program they are; budgets are told apart by
 * the origin and the client id.
 */
import { SharedState } from "@athena-engine/athena-core/coordination/SharedState"
import type { Keyring } from "@athena-engine/athena-core/encryption/Keyring"
import { makeVault } from "@athena-engine/athena-core/encryption/Vault"
import type { DatabaseError } from "@athena-engine/database/errors/DatabaseError"
import type * as PgClient from "@effect/sql-pg/PgClient"
import { Context, Effect, Layer, Option } from "effect"
import { RateLimiter } from "effect/persistence"
import * as RateLimiterStoreSql from "./store/RateLimiterStoreSql.ts"
import * as Session from "./store/Session.ts"
import * as SharedStateSql from "./store/SharedStateSql.ts"

export interface CoordinationOptions {
  /** The same in all processes. Without it access tokens are not shared: in the database they are encrypted, or not there. */
  readonly keyring: Option.Option<Keyring>
}

/** The two stores that budgets and tokens are shared through. */
export const layer = (
  options: CoordinationOptions
): Layer.Layer<SharedState | RateLimiter.RateLimiterStore, DatabaseError, PgClient.PgClient> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const session = yield* Session.make
      const vault = Option.isSome(options.keyring)
        ? Option.some(yield* makeVault(options.keyring.value))
        : Option.none()
      yield* forgetOld(session)
      return Context.make(SharedState, SharedStateSql.make(session, vault)).pipe(
        Context.add(RateLimiter.RateLimiterStore, RateLimiterStoreSql.make(session))
      )
    })
  )

/** Simulators on passing ports, practices that left: what nobody has used for a week is taken away. */
const forgetOld = (session: Session.Session) =>
  Effect.forEach(
    [
      "delete from coordination.buckets where full_at < extract(epoch from now() - interval '7 days') * 1000",
      "delete from coordination.windows where expires_at < extract(epoch from now() - interval '7 days') * 1000",
      "delete from coordination.cells where version < extract(epoch from now() - interval '7 days') * 1000000",
      "delete from coordination.counters where day < extract(epoch from now() - interval '7 days') / 86400"
    ],
    (statement) => Effect.ignore(session.run("coordination.forget", statement, [])),
    { discard: true }
  )
