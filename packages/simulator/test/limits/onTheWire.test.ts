/**
 * The engine's client and the simulator over HTTP, on the real clock, 200 ms apart, with 200 callers.
 *
 * What is guaranteed: never more than N + 1 in any sliding second when requests are let through, since that is decided by
 * one clock. On their way some are held up longer than others (by `jitter`), and then come closer together. The beat is 4 %
 * slower than the rate to make up for it, so the server sees no more than N + 1 in any 1.04 s less the jitter. How much
 * of the rate is used depends on the machine; `pnpm bench budget` measures it.
 */
import { AccessTokens } from "@athena-engine/athena-core/auth/AccessTokens"
import { Ping } from "@athena-engine/athena-core/endpoints/practice/Ping"
import { Connection } from "@athena-engine/athena-core/environment/Connection"
import { Athena } from "@athena-engine/athena-core/http/Athena"
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { RequestBudget } from "@athena-engine/athena-core/rate-limit/RequestBudget"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { SimulatorServer } from "@athena-engine/simulator/server/SimulatorServer"
import { sized } from "@athena-engine/testing/size/sized"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { type Arrival, connectionTo, fullestSecond, recording, wideBudget } from "../support/pinging.ts"

const practice = PracticeId.make("195900")
const latency = { fault: { kind: "latency", milliseconds: 200 } } as const

/** A budget that writes down when it lets requests through. */
const noting = (admissions: Array<number>, requestsPerSecond: number) =>
  Layer.effect(
    RequestBudget,
    Effect.map(RequestBudget, (budget) =>
      RequestBudget.of({
        ...budget,
        admit: (practiceId, needed, use) =>
          budget.admit(practiceId, needed, (admission, value) => {
            admissions.push(admission.at)
            return use(admission, value)
          })
      })
    )
  ).pipe(Layer.provide(RequestBudget.layer({ ...wideBudget, requestsPerSecond, maxConcurrency: 200 })))

describe("over HTTP, with 200 ms of latency and 200 callers", () => {
  it.live(
    "no sliding second holds more than one request above the rate, where they are sent and where they arrive",
    () => {
      const perSecond = sized({ short: 40, long: 20 })
      const calls = sized({ short: 170, long: 1200 })
      const arrivals: Array<Arrival> = []
      const admissions: Array<number> = []
      const server = SimulatorServer.layer().pipe(
        Layer.provideMerge(recording(arrivals, { faults: { rules: [latency] } }))
      )
      const client = Layer.unwrap(
        Effect.map(SimulatorServer, ({ origin }) =>
          Athena.layer.pipe(
            Layer.provide(AccessTokens.layer({ maxWait: wideBudget.maxWait })),
            Layer.provide(noting(admissions, perSecond)),
            Layer.provide(Connection.layer(connectionTo(origin))),
            Layer.provide(NodeHttpClient.layerUndici)
          )
        )
      )
      return Effect.gen(function* () {
        let begun = 0
        const caller = Effect.gen(function* () {
          while (begun++ < calls) yield* Ping.check(practice)
        })
        yield* Effect.all(
          Array.from({ length: 200 }, () => caller),
          { concurrency: "unbounded", discard: true }
        )
        assert.strictEqual(admissions.length, calls)
        assert.strictEqual(arrivals.length, calls, "each that was let through was sent once")
        assert.isAtMost(fullestSecond(admissions), perSecond + 1)
        const onTheirWay = arrivals.map(({ at }, n) => at - (admissions[n] ?? 0))
        const jitter = Math.max(...onTheirWay) - Math.min(...onTheirWay)
        assert.isAtMost(
          fullestSecond(
            arrivals.map(({ at }) => at),
            Math.max(1, 1040 - jitter)
          ),
          perSecond + 1
        )
        const { practices } = yield* (yield* Simulator).statistics
        assert.strictEqual(practices[practice]?.maxPerSecond, fullestSecond(arrivals.map(({ at }) => at)))
      }).pipe(Effect.provide(Layer.provideMerge(client, server)))
    },
    sized({ short: 60_000, long: 300_000 })
  )
})
