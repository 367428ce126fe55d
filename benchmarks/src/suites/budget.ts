import { Effect, Schema } from "effect"
import { runWorker } from "../processes/runWorker.ts"
import { startSimulator } from "../processes/startSimulator.ts"
import type { Suite } from "./Suite.ts"

const Result = Schema.Struct({ engineMillis: Schema.Finite, sequentialMillis: Schema.Finite, refused: Schema.Finite })

const calls = 300
const requestsPerSecond = 20
const latencyMillis = 150

const percent = (millis: number) =>
  `${((calls / (millis / 1000) / requestsPerSecond) * 100).toFixed(0)} % of the budget`

/** How much of a budget is used while answers take their time. */
export const budget: Suite = Effect.fnUntraced(function* () {
  const origin = yield* startSimulator({
    limits: { practice: { requests: requestsPerSecond }, tokensPerMinute: 1000 },
    faults: { rules: [{ fault: { kind: "latency", milliseconds: latencyMillis } }] }
  })
  const result = yield* runWorker("budget", { origin, calls, requestsPerSecond }, Result)
  return {
    name: "budget",
    about:
      `${calls} calls to a practice that allows ${requestsPerSecond} requests a second and answers after ` +
      `${latencyMillis} ms, the climb of the first seconds included, against a client that sends one request after the ` +
      "other, at the same time. The ratio is of requests a second.",
    lines: [
      { what: "one after the other", measured: percent(result.sequentialMillis), ratio: undefined },
      {
        what: "engine",
        measured: `${percent(result.engineMillis)}, ${result.refused} refused`,
        ratio: result.sequentialMillis / result.engineMillis
      }
    ]
  }
})
