/**
 * Random lives of patients, who come, change, are merged, deleted and brought back, with runs of all kinds between. At the end
 * the tables and the links are as the practice is.
 */
import { Simulator } from "@athena-engine/simulator/Simulator"
import { type Chance, chance } from "@athena-engine/testing/random/Chance"
import { seeds } from "@athena-engine/testing/random/seeds"
import { sized } from "@athena-engine/testing/size/sized"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { engine } from "../support/engine.ts"
import { changes } from "../support/feeds.ts"
import { anyOfPatients } from "../support/history.ts"
import { assertLinksExact, assertPatientsExact, gonePatients, weeksPass } from "../support/patients.ts"
import { appointments, happens, june, patients, patientsSince, rowVersions } from "../support/practice.ts"

const rounds = sized({ short: 6, long: 20 })

const someRun = ({ pick, below }: Chance) =>
  pick([
    patients(),
    patients(),
    patientsSince(`2019-06-${10 + below(20)}`),
    changes("patients"),
    appointments({ from: "2019-06-03", to: "2019-06-07" }),
    Effect.all([patients(), changes("patients")], { concurrency: 2 })
  ])

const lives = Effect.fnUntraced(function* (seed: number) {
  const dice = chance(seed)
  const simulator = yield* Simulator
  yield* appointments(june)
  yield* changes("patients")
  yield* simulator.advance("3 seconds")
  for (let round = 0; round < rounds; round++) {
    for (let n = dice.below(8); n > 0; n--) {
      const { practiceId: _, ...mutation } = anyOfPatients(dice)
      // One who is in no state for it is left alone.
      const left = yield* Effect.option(happens(mutation))
      if (left._tag === "Some" && mutation.kind === "addPatient" && dice.happens(0.5)) {
        yield* happens({ kind: "book", patientId: left.value, date: "2019-06-05", startTime: "11:15" })
      }
    }
    yield* someRun(dice)
  }
  yield* appointments(june)
  yield* weeksPass
  assert.deepInclude(yield* patients(), { status: "complete", gone: 0 }, `TEST_SEED=${seed}`)
  yield* assertPatientsExact
  const linked = yield* assertLinksExact
  assert.deepStrictEqual(yield* gonePatients, [])

  const before = yield* rowVersions
  assert.deepInclude(yield* patients(), { status: "complete", inserted: 0, updated: 0, merged: 0 })
  assert.deepStrictEqual(yield* rowVersions, before)
  return linked
})

describe("patients through everything that happens to them", () => {
  for (const seed of seeds({ short: 1, long: 40 })) {
    it.live(`are stored as they are, and linked to whom they were merged into (TEST_SEED=${seed})`, () =>
      Effect.gen(function* () {
        assert.isAbove(yield* lives(seed), 1)
      }).pipe(Effect.provide(engine({ simulator: { volume: 150 } })))
    )
  }
})
