/** A sync that comes near the end of the day's quota, as a process: it stops, tells when to come back, and goes on then. */
import { Simulator } from "@athena-engine/simulator/Simulator"
import { sized } from "@athena-engine/testing/size/sized"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { run } from "../support/athenaSync.ts"
import { table, truth } from "../support/practice.ts"
import { Shipped } from "../support/shipped.ts"
import * as World from "../support/worlds.ts"

const quota = 40
const june = { from: 1, to: 30 }
const command = ["appointments", "--from", "2019-06-01", "--to", "2019-06-30", "--concurrency", "2", "--json"]
const timeout = sized({ short: 60_000, long: 60_000 })

const requestsServed = Effect.map(
  Simulator.use((simulator) => simulator.statistics),
  ({ requests }) => requests
)

layer(Layer.merge(World.layer({ volume: 300 }), Shipped.layer), { excludeTestServices: true, timeout })(
  "the day's quota",
  (it) => {
    it.effect(
      "ends a sync at the reserve as partial, with 3 and the time to come back; later it goes on from there",
      () =>
        Effect.gen(function* () {
          const program = yield* Shipped
          const environment = yield* World.environment
          const simulator = yield* Simulator
          yield* simulator.setLimits({ tokensPerMinute: 1000, dailyQuota: quota })
          const reserve = { ...environment, ATHENA_DAILY_RESERVE: "0.5" }
          const ended = yield* run(command, reserve, program)
          assert.strictEqual(ended.code, 3, ended.stderr)
          const [result] = JSON.parse(ended.stdout).results
          assert.strictEqual(result.status, "partial")
          assert.strictEqual(result.error.tag, "Throttled")
          assert.match(result.error.message, /is kept for what is more urgent/)
          assert.match(result.error.retryAt, /T00:00:00\.000Z$/)
          assert.isBelow(Date.parse(result.error.retryAt) - Date.now(), 86_400_001)
          assert.closeTo(result.requests, quota / 2, 7)
          const served = yield* requestsServed

          const again = JSON.parse((yield* run(command, reserve, program)).stdout)
          assert.isAtMost(again.results[0].requests, 1, "the next process knows, and asks nothing")
          assert.isAtMost((yield* requestsServed) - served, 2)

          yield* simulator.setLimits({ tokensPerMinute: 1000, dailyQuota: 50_000 })
          const last = yield* run(command, { ...environment, ATHENA_DAILY_RESERVE: "0" }, program)
          assert.strictEqual(last.code, 0, last.stderr)
          assert.isBelow(JSON.parse(last.stdout).results[0].requests, 30, "finished days are not asked again")
          assert.deepStrictEqual(yield* table(june), yield* truth(june))
        }),
      timeout
    )
  }
)
