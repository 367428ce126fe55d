/**
 * A store on PostgreSQL for Effect's `RateLimiter`: the processes that share it share their limits.
 *
 * A take is one statement on one row, by the database's clock. Of a bucket the row keeps the moment at which it will be
 * full again; so callers with different rates at the same time are each given a turn of their own, one after the other,
 * where a count of tokens would give out some moments twice.
 *
 * The most urgent process goes first: see `migrations/urgency`.
 *
 * While the database is away a take waits for it, up to 20 s, and then fails: what was not reserved must not be sent. The
 * adaptive part of the interface learns nothing: this engine's budgets learn by themselves.
 */
import { CurrentUrgency, priorities } from "@athena-engine/athena-core/rate-limit/Priority"
import type { DatabaseError } from "@athena-engine/database/errors/DatabaseError"
import { Duration, Effect } from "effect"
import { RateLimiter } from "effect/persistence"
import type { Row, Session } from "./Session.ts"

/** What the database said goes to the log: callers can only do without. */
const unavailable = <A>(effect: Effect.Effect<A, DatabaseError>) =>
  effect.pipe(
    Effect.tapError(({ message }) => Effect.logError(message)),
    Effect.mapError(
      ({ message }) => new RateLimiter.RateLimiterError({ reason: new RateLimiter.RateLimitStoreError({ message }) })
    )
  )

const two = (rows: ReadonlyArray<Row>, first: string, second: string) =>
  [Number(rows[0]?.[first]), Number(rows[0]?.[second])] as const

/** Whoever is outranked asks again with the next refill, but not more often than that. */
const leastWaitMillis = 20

export const make = (session: Session): RateLimiter.RateLimiterStore["Service"] => {
  const me = globalThis.crypto.randomUUID()

  const take = (
    key: string,
    tokens: number,
    limit: number,
    refillMillis: number,
    mayOwe: boolean
  ): Effect.Effect<readonly [number, number], DatabaseError> =>
    Effect.gen(function* () {
      const urgency = yield* CurrentUrgency
      for (;;) {
        const rows = yield* session.runPatiently(
          "coordination.take",
          `select remaining, elapsed, is_outranked as "isOutranked"
           from coordination.take($1, $2::float8, $3::float8, $4::float8, $5::boolean, null, $6::int, $7)`,
          [key, tokens, limit, refillMillis, mayOwe, priorities.indexOf(urgency()) + 1, me]
        )
        if (rows[0]?.["isOutranked"] !== true) return two(rows, "remaining", "elapsed")
        yield* Effect.sleep(Duration.millis(Math.max(leastWaitMillis, refillMillis)))
      }
    })

  return RateLimiter.RateLimiterStore.of({
    tokenBucket: ({ allowOverflow, key, limit, refillRate, tokens }) =>
      unavailable(take(key, tokens, limit, Duration.toMillis(refillRate), allowOverflow)),
    fixedWindow: ({ key, limit, refillRate, tokens }) =>
      session
        .runPatiently(
          "coordination.window",
          "select taken, rest from coordination.take_of_window($1, $2::float8, $3::float8, $4::float8)",
          [key, tokens, Duration.toMillis(refillRate), limit ?? null]
        )
        .pipe(
          Effect.map((rows) => two(rows, "taken", "rest")),
          unavailable
        ),
    adaptiveConsume: () => Effect.succeed({ delay: Duration.zero, epoch: 0, phase: "inactive" }),
    adaptiveFeedback: () => Effect.void
  })
}
