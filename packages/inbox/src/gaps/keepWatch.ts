/**
 * What one copy at a time does for all of them: it looks for silences every five minutes, and forgets what is old every hour. Whoever
 * has the lease does it; if it is gone, the next one takes over within a minute.
 */
import type { DatabaseError } from "@athena-engine/database/errors/DatabaseError"
import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { Leases } from "@athena-engine/database/locks/Leases"
import { Duration, Effect } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import { forget } from "../retention/forget.ts"
import { unlearn } from "./sql/learn.ts"
import { watchSilence } from "./watchSilence.ts"

export interface WatchOptions {
  readonly holder: string
  /** How long events are kept; never less than 8 days. */
  readonly retention: Duration.Duration
}

const watchEvery = Duration.minutes(5)
const forgetEvery = Duration.hours(1)
const againAfter = Duration.minutes(1)

/** A round that fails is told of and made again the next time. */
const every = <A>(length: Duration.Duration, round: Effect.Effect<A, DatabaseError, SqlClient>) =>
  Effect.forever(
    Effect.andThen(
      Effect.catch(Effect.asVoid(round), (error) => Effect.logWarning(error.message)),
      Effect.sleep(length)
    )
  )

/** Keeps watch as long as the scope is open. Every copy may run it. */
export const startWatch = Effect.fnUntraced(function* ({ holder, retention }: WatchOptions) {
  const leases = yield* Leases
  const watch = every(watchEvery, watchSilence)
  const forgetting = every(forgetEvery, Effect.andThen(forget(retention), unlearn.pipe(mapSqlError("gaps.unlearn"))))
  const shift = leases
    .withLease("watch over the inbox", { holder }, () => Effect.raceFirst(watch, forgetting))
    .pipe(
      Effect.catchTag("LeaseHeld", () => Effect.void),
      Effect.catchCause((cause) => Effect.logWarning("The watch over the inbox was cut off", cause))
    )
  yield* Effect.forkScoped(Effect.forever(Effect.andThen(shift, Effect.sleep(againAfter))))
})
