import { Effect, Schema } from "effect"
import { runWorker } from "../processes/runWorker.ts"
import { startSimulator } from "../processes/startSimulator.ts"
import type { Line } from "../report/Report.ts"
import type { Suite } from "./Suite.ts"

const Result = Schema.Struct({
  /** When each call was answered, in milliseconds since the beginning. */
  engineMillis: Schema.Array(Schema.Finite),
  sequentialMillis: Schema.Array(Schema.Finite),
  refused: Schema.Finite
})
const Seen = Schema.Struct({ practices: Schema.Record(Schema.String, Schema.Struct({ maxPerSecond: Schema.Finite })) })

const requestsPerSecond = 20
/** The pace has reached its ceiling by then. */
const climbMillis = 5000

/** Answers a second, from `from` to the last one. */
const perSecond = (millis: ReadonlyArray<number>, from: number): number => {
  const after = millis.filter((time) => time > from)
  return (after.length * 1000) / (Math.max(...after) - from)
}
const percent = (rate: number) => `${((rate / requestsPerSecond) * 100).toFixed(1)} % of the budget`

/** What the server counted in the fullest sliding second. */
const fullestSecond = (origin: string) =>
  Effect.promise(() => fetch(`${origin}/simulator/statistics`).then((answer) => answer.json())).pipe(
    Effect.flatMap(Schema.decodeUnknownEffect(Seen)),
    Effect.map(({ practices }) => practices["195900"]?.maxPerSecond ?? 0)
  )

interface Load {
  readonly latencyMillis: number
  readonly callers: number
  readonly calls: number
}

const linesOf = Effect.fnUntraced(function* ({ callers, calls, latencyMillis }: Load) {
  const origin = yield* startSimulator({
    limits: { practice: { requests: requestsPerSecond + 1 }, tokensPerMinute: 1000 },
    faults: { rules: [{ fault: { kind: "latency", milliseconds: latencyMillis } }] }
  })
  const input = { origin, callers, calls, sequentialCalls: Math.ceil(calls / 4), requestsPerSecond }
  const { engineMillis, refused, sequentialMillis } = yield* runWorker("budget", input, Result)
  const sequential = perSecond(sequentialMillis, 0)
  const line = (what: string, rate: number, aim?: string): Line => ({
    what: `${latencyMillis} ms, ${what}`,
    measured: percent(rate),
    ratio: rate / sequential,
    ...(aim === undefined ? {} : { aim })
  })
  return [
    { ...line("one after the other", sequential), ratio: undefined },
    line(`${callers} callers, the climb included`, perSecond(engineMillis, 0)),
    line(`${callers} callers, after the climb`, perSecond(engineMillis, climbMillis), "95 %"),
    {
      what: `${latencyMillis} ms, the server's fullest second`,
      measured: `${yield* fullestSecond(origin)} requests, ${refused} of ${calls} refused`,
      ratio: undefined,
      aim: `at most ${requestsPerSecond + 1}, none refused`
    }
  ] satisfies ReadonlyArray<Line>
})

/** How much of a budget is used while answers take their time. */
export const budget: Suite = Effect.fnUntraced(function* () {
  const near = yield* linesOf({ latencyMillis: 150, callers: 300, calls: 300 })
  const far = yield* linesOf({ latencyMillis: 200, callers: 200, calls: 600 })
  return {
    name: "budget",
    about:
      `Requests of a budget of ${requestsPerSecond} a second that are used at a practice whose answers take their time, ` +
      `by so many callers that each wait for their turn, against a client that sends one request after the other, at the ` +
      `same time. The climb takes the first ${climbMillis / 1000} seconds. Ratios are of requests a second.`,
    lines: [...near, ...far]
  }
})
