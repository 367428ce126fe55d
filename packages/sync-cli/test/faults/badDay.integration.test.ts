/**
 * `athena-sync` as a process on a bad day, over sockets: every kind of bad answer, and the program ends well, with all there is.
 * In the short size every kind strikes once, but no answer hangs for the 20 s that it would be waited for.
 */
import { badAnswers, lostAnswers, misleadingAnswers } from "@athena-engine/simulator/faults/badAnswers"
import { type Fault, type FaultPlan, noFaults } from "@athena-engine/simulator/faults/FaultPlan"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { seeds } from "@athena-engine/testing/random/seeds"
import { sized } from "@athena-engine/testing/size/sized"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { run } from "../support/athenaSync.ts"
import { argumentsOf, practiceId, table, truth } from "../support/practice.ts"
import { Shipped } from "../support/shipped.ts"
import * as World from "../support/worlds.ts"

const days = { from: 3, to: 14 }

type Route = NonNullable<NonNullable<FaultPlan["rules"][number]["match"]>["route"]>

/** Each kind once: the second request for `route` meets the first, every third after it the next one. */
const eachOnce = (route: Route, kinds: ReadonlyArray<Fault>): FaultPlan["rules"] =>
  kinds.map((fault, n) => ({ match: { practiceId, route }, when: { nth: [3 * n + 2] }, fault }))

const quick = lostAnswers.filter(({ kind }) => kind !== "hang")

const plans = sized<ReadonlyArray<readonly [name: string, plan: FaultPlan]>>({
  short: [
    [
      "every kind once",
      {
        rules: [
          ...eachOnce("bookedMultipleDepartment", [...quick, ...misleadingAnswers]),
          ...eachOnce("patient", quick),
          { match: { route: "token" }, when: { nth: [1] }, fault: { kind: "status", status: 503 } }
        ]
      }
    ]
  ],
  long: seeds({ short: 0, long: 3 }).map(
    (seed) => [`a quarter of all answers (TEST_SEED=${seed})`, badAnswers({ share: 0.25, seed })] as const
  )
})

const timeout = sized({ short: 120_000, long: 1_800_000 })

for (const [name, plan] of plans) {
  const world = Layer.merge(World.layer({ maxRows: 6, patients: { [practiceId]: 40 } }), Shipped.layer)
  layer(world, { excludeTestServices: true, timeout })(`a bad day: ${name}`, (it) => {
    it.effect(
      "ends well and exact, and asks no more often than the bad answers explain",
      () =>
        Effect.gen(function* () {
          const environment = yield* World.environment
          const program = yield* Shipped
          const simulator = yield* Simulator
          const sync = (args: ReadonlyArray<string>) =>
            Effect.map(run(args, environment, program), ({ code, stderr, stdout }) => {
              assert.strictEqual(code, 0, stdout + stderr)
              const [result] = JSON.parse(stdout).results
              assert.deepInclude(result, { status: "complete", gone: 0, quarantined: 0 })
              return result
            })
          const both = Effect.all([sync(argumentsOf(days)), sync(["patients", "--json"])])

          yield* simulator.setFaults(plan)
          const [appointments, patients] = yield* both
          const { faults, practices, tokenRefusals } = yield* simulator.statistics
          yield* simulator.setFaults(noFaults)
          assert.deepStrictEqual(yield* table(days), yield* truth(days))
          const sql = yield* SqlClient
          const known = yield* sql`select distinct patient_id from athena.appointments`
          assert.deepInclude(patients, { inserted: known.length, fetched: known.length })
          assert.isAbove(appointments.retries + patients.retries, 10)
          assert.containsAllKeys(
            faults,
            [...quick, ...misleadingAnswers].map(({ kind }) => kind)
          )

          // A good day asks for the same, and finds nothing to write.
          yield* simulator.resetStatistics
          for (const result of yield* both) assert.deepInclude(result, { inserted: 0, updated: 0 })
          const good = (yield* simulator.statistics).practices[practiceId]?.requests ?? 0
          const struck = Object.values(faults).reduce((sum, times) => sum + times, 0)
          const misled = misleadingAnswers.reduce((sum, { kind }) => sum + (faults[kind] ?? 0), 0)
          // A page that misled may cost another walk of its day, of eight pages at most.
          assert.isAtMost(practices[practiceId]?.requests ?? 0, good + struck + tokenRefusals + 8 * misled)
        }),
      timeout
    )
  })
}
