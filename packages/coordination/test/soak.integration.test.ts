/**
 * Eight processes of an app on one PostgreSQL, against a simulator on a socket: they keep to the ceilings of two practices
 * and of the app together, use what there is, and have one token.
 *
 * What must hold at any speed of the machine is asserted of all the time; that 95 % are used, of spans of some seconds, and
 * the test goes on until it has seen enough of them: where all eight share two processors with other work, some are lost.
 */
import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { SimulatorServer } from "@athena-engine/simulator/server/SimulatorServer"
import { SimulatorTest } from "@athena-engine/simulator/testing/SimulatorTest"
import { sized } from "@athena-engine/testing/size/sized"
import { assert, layer } from "@effect/vitest"
import { Console, Effect, Layer } from "effect"
import { coordinationMigrations } from "../src/migrations/CoordinationMigrations.ts"
import { startCallers } from "./support/callers.ts"

const processes = 8
// Slow enough in the short size that eight processes keep up on two processors which are busy with much else.
const perPractice = sized({ short: 15, long: 30 })
const perApp = sized({ short: 20, long: 40 })
const climbMillis = 4500
const spanMillis = sized({ short: 4000, long: 20_000 })
const goodSpans = sized({ short: 1, long: 3 })
const timeout = sized({ short: 180_000, long: 600_000 })

/** The most that any second holds. */
const fullestSecond = (times: ReadonlyArray<number>): number => {
  const sorted = times.toSorted((a, b) => a - b)
  let first = 0
  return sorted.reduce((most, time, last) => {
    while (time - (sorted[first] ?? time) >= 1000) first++
    return Math.max(most, last - first + 1)
  }, 0)
}

/** Spans after the climb, one after the other, in which 95 % of the app's ceiling were used. */
const spansUsed = (times: ReadonlyArray<number>): number => {
  const from = Math.min(...times) + climbMillis
  const counts = new Map<number, number>()
  for (const time of times.filter((time) => time >= from)) {
    const span = Math.floor((time - from) / spanMillis)
    counts.set(span, (counts.get(span) ?? 0) + 1)
  }
  return [...counts.values()].filter((count) => count >= (0.95 * perApp * spanMillis) / 1000).length
}

layer(Layer.merge(SimulatorTest.layerServer(), TestDatabase.layer([coordinationMigrations])), {
  excludeTestServices: true,
  timeout
})("eight processes on one database", (it) => {
  it.effect(
    "keep to the ceilings together, use at least 95 percent, and have one token",
    () =>
      Effect.gen(function* () {
        const { origin } = yield* SimulatorServer
        const { url } = yield* TestDatabase
        const callers = yield* startCallers(processes, {
          DATABASE_URL: url,
          ORIGIN: origin,
          PRACTICES: "195900,195901",
          PER_PRACTICE: String(perPractice),
          PER_APP: String(perApp),
          FIBERS: "10"
        })
        yield* callers.begin
        const all = () => [...callers.admitted.values()].flat()
        yield* Effect.repeat(Effect.sync(() => spansUsed(all())).pipe(Effect.delay("250 millis")), {
          until: (spans) => spans >= goodSpans
        })
        if (sized({ short: false, long: true })) {
          // Two are killed while they hold their places; the others use what they leave.
          yield* callers.kill(0)
          yield* callers.kill(5)
          const before = all().length
          yield* Effect.sleep("10 seconds")
          assert.isAtLeast(all().length - before, 0.93 * 10 * perApp)
        }
        yield* callers.stop

        assert.isAtMost(fullestSecond(all()), perApp + processes)
        for (const times of callers.admitted.values()) {
          assert.isAtMost(fullestSecond(times), perPractice + processes)
          assert.isAtLeast(times.length, 0.4 * all().length, "neither practice is pushed aside")
        }
        const { tokensIssued } = yield* Simulator.use((simulator) => simulator.statistics)
        assert.strictEqual(tokensIssued, 1)
        if (sized({ short: false, long: true })) {
          yield* Console.log(`fullest second: ${fullestSecond(all())} of ${perApp}, requests: ${all().length}`)
        }
      }).pipe(Effect.scoped),
    timeout
  )
})
