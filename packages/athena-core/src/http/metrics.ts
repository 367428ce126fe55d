/**
 * What an operator watches of the calls to athenahealth. Tags are practices, endpoints and outcomes, nothing else.
 */
import { Clock, Effect, Metric } from "effect"
import type { AthenaError } from "../errors/AthenaError.ts"
import type { Call } from "./Call.ts"

const calls = Metric.counter("athena_calls_total", { description: "Logical calls to athenahealth, by their end" })
const duration = Metric.histogram("athena_call_duration_seconds", {
  description: "From the first attempt to the end of the call, waits included",
  boundaries: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]
})

/** Requests that were refused for their rate. */
export const throttled = Metric.counter("athena_throttled_total", {
  description: "Requests that athenahealth refused for their rate"
})

/** Counts a call and the time it took. */
export const measured = <A, R>(call: Call, effect: Effect.Effect<A, AthenaError, R>) =>
  Effect.gen(function* () {
    const startedAt = yield* Clock.currentTimeMillis
    const record = (outcome: string) =>
      Effect.gen(function* () {
        const seconds = ((yield* Clock.currentTimeMillis) - startedAt) / 1000
        const tags = { practice_id: call.practiceId, endpoint: call.endpoint.name, outcome }
        yield* Metric.update(Metric.withAttributes(calls, tags), 1)
        yield* Metric.update(Metric.withAttributes(duration, { endpoint: call.endpoint.name }), seconds)
      })
    return yield* effect.pipe(
      Effect.tap(() => record("success")),
      Effect.tapError((error) => record(error.reason._tag))
    )
  })
