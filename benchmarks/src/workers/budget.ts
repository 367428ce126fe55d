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

const Input = Schema.Struct({
  origin: Schema.String,
  /** How many calls wait at the same time. */
  callers: Schema.Finite,
  calls: Schema.Finite,
  /** The sequential client's, which is slower. */
  sequentialCalls: Schema.Finite,
  requestsPerSecond: Schema.Finite
})

/** When each of the calls was answered, in milliseconds since the beginning. */
const answers = <E, R>(calls: number, callers: number, ping: Effect.Effect<void, E, R>) =>
  Effect.suspend(() => {
    const began = performance.now()
    return Effect.forEach(Array.from({ length: calls }), () => Effect.map(ping, () => performance.now() - began), {
      concurrency: callers
    })
  })

workerMain(Input, ({ origin, callers, calls, requestsPerSecond, sequentialCalls }) => {
  const ping = (practice: string) => Ping.check(PracticeId.make(practice))
  const statistics = emptyStatistics()
  const engine = answers(calls, callers, ping("195900")).pipe(
    Effect.provideService(CurrentCallStatistics, statistics),
    Effect.provide(athena(origin, { requestsPerSecond, startRequestsPerSecond: 5, maxConcurrency: 64 }))
  )
  const sequential = answers(sequentialCalls, 1, ping("195901")).pipe(Effect.provide(athena(origin)))
  return Effect.map(Effect.all([engine, sequential], { concurrency: 2 }), ([engineMillis, sequentialMillis]) => ({
    engineMillis,
    sequentialMillis,
    refused: statistics.rateLimited
  }))
})
