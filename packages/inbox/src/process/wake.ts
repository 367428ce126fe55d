/**
 * Wakes whoever processes the inbox when something was committed to it, by whichever process. A line that breaks is opened again,
 * and misses what was told meanwhile: whoever sleeps looks for itself from time to time.
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import { Effect, Latch, Queue, Schedule } from "effect"
import { channel } from "../commit/sql/commitNotifications.ts"

const again = Schedule.min([Schedule.exponential("500 millis"), Schedule.spaced("30 seconds")]).pipe(Schedule.jittered)

/** Opens the latch at every notification. Runs until it is interrupted. */
export const listenTo = Effect.fnUntraced(function* (isAwake: Latch.Latch) {
  const client = yield* PgClient.PgClient
  const listening = Effect.scoped(
    Effect.gen(function* () {
      const told = yield* client.listen(channel)
      // What was told before the line was open.
      yield* Latch.open(isAwake)
      return yield* Effect.forever(Effect.andThen(Queue.take(told), Latch.open(isAwake)))
    })
  )
  return yield* Effect.retry(listening, again).pipe(Effect.ignore)
})
