/**
 * How much of a practice's budget is used: the engine against a client that sends one request after the other. Both run
 * at the same time, each at a practice with a limit of its own.
 */
import { Ping } from "@athena-engine/athena-core/endpoints/practice/Ping"
import { CurrentCallStatistics, emptyStatistics } from "@athena-engine/athena-core/http/CallStatistics"
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { Effect, Schema } from "effect"
import { athena } from "./athena.ts"
import { workerMain } from "./workerMain.ts"

const Input = Schema.Struct({ origin: Schema.String, calls: Schema.Finite, requestsPerSecond: Schema.Finite })

const timed = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    const began = performance.now()
    return Effect.map(effect, (value) => ({ value, millis: performance.now() - began }))
  })

workerMain(Input, ({ origin, calls, requestsPerSecond }) => {
  const ping = (practice: string) => Ping.check(PracticeId.make(practice))
  const numbers = Array.from({ length: calls }, (_, n) => n)
  const statistics = emptyStatistics()
  const engine = Effect.forEach(numbers, () => ping("195900"), { concurrency: "unbounded", discard: true }).pipe(
    Effect.provideService(CurrentCallStatistics, statistics),
    Effect.provide(athena(origin, { requestsPerSecond, startRequestsPerSecond: 5, maxConcurrency: 64 }))
  )
  const sequential = Effect.forEach(numbers, () => ping("195901"), { discard: true }).pipe(
    Effect.provide(athena(origin))
  )
  return Effect.map(Effect.all([timed(engine), timed(sequential)], { concurrency: 2 }), ([a, b]) => ({
    engineMillis: a.millis,
    sequentialMillis: b.millis,
    refused: statistics.rateLimited
  }))
})
