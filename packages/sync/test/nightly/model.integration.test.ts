/**
 * The model test over everything. A random history of a practice: bookings, moves, cancellations, reschedules, frees, deletions,
 * patients who come, change, go and are merged, providers who come and go. Between them, and while they happen, steps of the
 * night in any order, readings of the feeds among them: whole, stopped or killed, on good days and bad ones. Whatever
 * happened, one undisturbed `all` ends with the database equal to the practice, and nothing left in the feeds.
 *
 * `TEST_SEED` plays a history again: what happens, what goes wrong and when a run is stopped or killed follow from it. How
 * far the requests of a run have come at a moment does not.
 */
import { run as verify } from "@athena-engine/audit/verify/Verify"
import { badAnswers } from "@athena-engine/simulator/faults/badAnswers"
import { noFaults } from "@athena-engine/simulator/faults/FaultPlan"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { chance } from "@athena-engine/testing/random/Chance"
import { seeds } from "@athena-engine/testing/random/seeds"
import { sized } from "@athena-engine/testing/size/sized"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { type Step, stepsOf } from "../../src/schedule/Job.ts"
import { killedAt } from "../runs/child.ts"
import { type EngineOptions, engineOnSocket } from "../support/engine.ts"
import { changes } from "../support/feeds.ts"
import { anyOfProviders, History, june } from "../support/history.ts"
import { assertReferenceExact, night } from "../support/night.ts"
import { assertPatientsExact } from "../support/patients.ts"
import { count, goneIds, practiceId, type Range, rowVersions, table, truth } from "../support/practice.ts"
import { Unrest } from "../support/Unrest.ts"

/** Wherever an appointment goes, it goes to one of these days. */
const range: Range = { from: june(3), to: june(12) }
const days = Array.from({ length: 10 }, (_, n) => june(3 + n))
const rounds = sized({ short: 3, long: 12 })
const changesPerRound = 20

/** What is run in a round, beside the whole night: any of its steps, the feeds more often than the rest. */
const single: ReadonlyArray<Step> = [
  "appointments",
  "changed_appointments",
  "changed_appointments",
  "changed_patients",
  "changed_patients",
  "patients",
  "reference"
]

const play = Effect.fnUntraced(function* (seed: number, unrest: Unrest) {
  const dice = chance(seed)
  const { below, happens, pick } = dice
  const simulator = yield* Simulator
  const history = new History(dice, days)
  const told = `TEST_SEED=${seed}`

  // Events of the practice, as notifications, will be one more thing that happens here, and their arrival one more run.
  const something = Effect.suspend(() =>
    happens(0.05) ? Effect.ignore(simulator.mutate(anyOfProviders(dice))) : history.something
  )

  const someRange = (): Range => {
    const from = 3 + below(10)
    return { from: june(from), to: june(from + below(13 - from)) }
  }

  /** Does steps, and lets them end by themselves, be stopped, or be killed at their so-manieth request. */
  const letRun = Effect.fnUntraced(function* (steps: ReadonlyArray<Step>, asked: Range) {
    const moment = unrest.afterRequests(1 + below(steps.length > 1 ? 120 : 20))
    const ending = pick(["whole", "whole", "stopped", "killed"] as const)
    if (ending === "killed") return yield* killedAt(moment, asked, steps)
    const run = yield* Effect.forkChild(night(asked, steps))
    if (ending === "stopped") yield* Effect.raceFirst(moment, Fiber.await(run))
    yield* Effect.asVoid(ending === "stopped" ? Fiber.interrupt(run) : Fiber.join(run))
  })

  /** Nobody is marked as gone while these runs go on who was there all the time. */
  const withNobodyGoneWrongly = Effect.fnUntraced(function* <E, R>(during: Effect.Effect<void, E, R>) {
    yield* history.beginRound
    const goneBefore = new Set(yield* goneIds)
    yield* during
    const wrongly = (yield* goneIds).filter((id) => !goneBefore.has(id) && history.wasThereThroughout(id))
    assert.deepStrictEqual(wrongly, [], `${told}: gone, although never away`)
  })

  yield* night(range)
  for (let round = 0; round < rounds; round++) {
    const isBad = happens(0.5)
    yield* simulator.setFaults(isBad ? badAnswers({ share: pick([0.1, 0.3]), seed: below(1e9) }) : noFaults)
    const howOften = pick([0, 0.05, 0.5])
    unrest.between = Effect.suspend(() => (happens(howOften) ? something : Effect.void))
    const runs = [
      happens(0.2) ? letRun(stepsOf("all"), range) : letRun([pick(single)], someRange()),
      ...(happens(0.3) ? [letRun([pick(single)], someRange())] : [])
    ]
    yield* withNobodyGoneWrongly(Effect.all(runs, { concurrency: 2, discard: true }))
    yield* Effect.repeat(something, { times: changesPerRound - 1 })
  }

  unrest.between = Effect.void
  yield* simulator.setFaults(noFaults)
  const undisturbed = Effect.gen(function* () {
    for (const { drifted, error, resource, status } of yield* night(range)) {
      // What a feed that lapsed cannot show is told, and swept; the lists and the reads by id of this night have it.
      const isToldOnly = error?.tag === "ChangesMissing"
      assert.isTrue(isToldOnly || status === "complete", `${told}: ${resource} ${status}: ${error?.message}`)
      assert.strictEqual(drifted, 0)
    }
  })
  // A run that goes on behind a killed one does not ask for what that one had finished.
  const isUnfinished = (yield* count("select count(*) from athena.finished_windows")) > 0
  yield* withNobodyGoneWrongly(isUnfinished ? Effect.andThen(undisturbed, undisturbed) : undisturbed)

  assert.deepStrictEqual(yield* table(range), yield* truth(range), told)
  yield* assertPatientsExact
  yield* assertReferenceExact
  const before = yield* rowVersions
  for (const feed of ["appointments", "patients"] as const) {
    const { replayed = 0, ...rest } = yield* changes(feed)
    assert.isAtMost(rest.fetched, replayed, `${told}: the feed of ${feed} had something left`)
  }
  yield* undisturbed
  assert.deepStrictEqual(yield* rowVersions, before, told)
  assert.strictEqual((yield* verify()).status, "verified")
})

describe.concurrent("after any history, one night ends with the database equal to the practice", () => {
  for (const seed of seeds({ short: 1, long: 40 })) {
    it.live(
      `TEST_SEED=${seed}`,
      () => {
        const unrest = new Unrest()
        const options: EngineOptions = {
          unrest,
          athenaClockFactor: 20,
          keepsTime: true,
          simulator: {
            maxRows: seed % 2 === 0 ? 7 : 5000,
            volume: { [practiceId]: 300 },
            patients: { [practiceId]: 100 },
            limits: { tokensPerMinute: 1000 }
          }
        }
        return play(seed, unrest).pipe(Effect.provide(engineOnSocket(options)))
      },
      sized({ short: 240_000, long: 900_000 })
    )
  }
})
