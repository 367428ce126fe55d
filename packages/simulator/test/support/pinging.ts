/**
 * The engine's client in front of a simulator in memory, on the test's clock, and callers without end behind it.
 */
import * as AthenaClient from "@athena-engine/athena-core/AthenaClient"
import { Ping } from "@athena-engine/athena-core/endpoints/practice/Ping"
import { defaultScope } from "@athena-engine/athena-core/environment/Connection"
import type { AthenaError } from "@athena-engine/athena-core/errors/AthenaError"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import type { BudgetOptions } from "@athena-engine/athena-core/rate-limit/BudgetOptions"
import { Simulator } from "@athena-engine/simulator/Simulator"
import type { SimulatorOptions } from "@athena-engine/simulator/SimulatorOptions"
import { Clock, Duration, Effect, Layer, Redacted, Stream } from "effect"
import { HttpClient, HttpClientResponse } from "effect/http"

/** One API request as the simulator saw it. */
export interface Arrival {
  readonly practiceId: string
  /** Epoch milliseconds. */
  readonly at: number
  readonly status: number
}

/** A simulator that writes down what arrives. */
export const recording = (arrivals: Array<Arrival>, options: SimulatorOptions): Layer.Layer<Simulator> =>
  Layer.effect(
    Simulator,
    Effect.map(Simulator, (simulator) =>
      Simulator.of({
        ...simulator,
        handle: (request) =>
          Effect.gen(function* () {
            const at = yield* Clock.currentTimeMillis
            const answer = yield* simulator.handle(request)
            const practiceId = /^\/v1\/(\d+)\//.exec(request.path)?.[1]
            const status = answer._tag === "Answer" ? answer.status : 0
            if (practiceId !== undefined) arrivals.push({ practiceId, at, status })
            return answer
          })
      })
    )
  ).pipe(Layer.provide(Simulator.layer(options)))

/** Half of `latencyMillis` on the way there and half on the way back. */
const steadyLine = (latencyMillis: number) =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.map(Simulator, (simulator) =>
      HttpClient.make((request, url) =>
        Effect.gen(function* () {
          const way = Effect.sleep(Duration.millis(latencyMillis / 2))
          yield* way
          const { body } = request
          const answer = yield* simulator.handle({
            method: request.method,
            path: url.pathname + url.search,
            headers: { ...request.headers },
            body: body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : ""
          })
          if (answer._tag !== "Answer") return yield* Effect.never
          yield* way
          const { headers, status } = answer
          const response = HttpClientResponse.fromWeb(request, new Response(answer.body, { status, headers }))
          // The web's own stream is made of promises, which a test clock does not wait for.
          return Object.defineProperty(response, "stream", {
            value: Stream.succeed(new TextEncoder().encode(answer.body))
          })
        })
      )
    )
  )

export const connectionTo = (origin: string) =>
  ({
    environment: "simulator",
    origin,
    credentials: { clientId: "simulator", clientSecret: Redacted.make("simulator-secret") },
    scope: defaultScope
  }) as const

/** A client that knows nothing of the simulator's limits. */
export const wideBudget: BudgetOptions = {
  requestsPerSecond: 150,
  appRequestsPerSecond: 1000,
  startRequestsPerSecond: 10,
  maxConcurrency: 64,
  maxWait: Duration.seconds(60)
}

/** The client and the simulator, 200 ms apart, and what the simulator saw. */
export const inMemory = (simulator: SimulatorOptions, budget: Partial<BudgetOptions> = {}) => {
  const arrivals: Array<Arrival> = []
  const layer = AthenaClient.layer({
    connection: connectionTo("http://simulator.invalid"),
    budget: { ...wideBudget, ...budget }
  }).pipe(Layer.provide(steadyLine(200)), Layer.provideMerge(recording(arrivals, simulator)))
  return { arrivals, layer }
}

/** So many callers at once, of whom each begins a call when its last one is answered; ends with the first failure of each. */
export const callers = (practiceId: PracticeId, count: number, seen: (error: AthenaError) => void = () => {}) =>
  Effect.forkScoped(
    Effect.all(
      Array.from({ length: count }, () =>
        Effect.catch(Effect.forever(Ping.check(practiceId)), (error) => Effect.sync(() => seen(error)))
      ),
      { concurrency: "unbounded", discard: true }
    )
  )

/** The most of the times that any span of `length` milliseconds holds. */
export const fullestSecond = (times: ReadonlyArray<number>, length = 1000): number => {
  const sorted = [...times].sort((a, b) => a - b)
  let most = 0
  let first = 0
  for (const [last, time] of sorted.entries()) {
    while (time - (sorted[first] ?? 0) >= length) first++
    most = Math.max(most, last - first + 1)
  }
  return most
}
