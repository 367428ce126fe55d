/**
 * The model test. A random history of a practice: bookings, moves, cancellations, reschedules, frees, deletions, patients
 * changed and merged. Between them, and while they happen, runs of random ranges, whole, stopped or killed, on good days and
 * bad ones. Whatever happened, one undisturbed run ends with the database equal to the practice.
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
import { killedAt } from "../runs/child.ts"
import { type EngineOptions, engineOnSocket } from "../support/engine.ts"
import { History, june } from "../support/history.ts"
import { assertLinksExact, assertPatientsExact, weeksPass } from "../support/patients.ts"
import {
  appointments,
  count,
  goneIds,
  links,
  patients,
  practiceId,
  type Range,
  rowVersions,
  table,
  truth
} from "../support/practice.ts"
import { Unrest } from "../support/Unrest.ts"

const range: Range = { from: june(3), to: june(14) }
/** A third of them lie outside of the range. */
const days = Array.from({ length: 18 }, (_, n) => june(3 + n))
const rounds = sized({ short: 3, long: 8 })
const changesPerRound = 25

const play = Effect.fnUntraced(function* (seed: number, unrest: Unrest) {
  const dice = chance(seed)
  const { below, happens, pick } = dice
  const simulator = yield* Simulator
  const history = new History(dice, days)

  const someRange = (): Range => {
    const from = 3 + below(10)
    return { from: june(from), to: june(from + below(15 - from)) }
  }

  /** Runs something, and lets it end by itself, be stopped, or be killed at its so-manieth request. */
  const letRun = Effect.fnUntraced(function* (asked: Range | undefined) {
    const moment = unrest.afterRequests(1 + below(asked === undefined ? 100 : 40))
    const ending = pick(["whole", "whole", "stopped", "killed"] as const)
    if (ending === "killed") return yield* killedAt(moment, asked)
    const run = yield* Effect.forkChild(asked === undefined ? patients() : appointments(asked))
    if (ending === "stopped") yield* Effect.raceFirst(moment, Fiber.await(run))
    yield* Effect.asVoid(ending === "stopped" ? Fiber.interrupt(run) : Fiber.join(run))
  })

  /** Nobody is marked as gone while these runs go on who was there all the time. */
  const withNobodyGoneWrongly = Effect.fnUntraced(function* <E, R>(during: Effect.Effect<void, E, R>) {
    yield* history.beginRound
    const goneBefore = new Set(yield* goneIds)
    yield* during
    const wrongly = (yield* goneIds).filter((id) => !goneBefore.has(id) && history.wasThereThroughout(id))
    assert.deepStrictEqual(wrongly, [], `TEST_SEED=${seed}: gone, although never away`)
  })

  yield* appointments(range)
  for (let round = 0; round < rounds; round++) {
    const isBad = happens(0.5)
    yield* simulator.setFaults(isBad ? badAnswers({ share: pick([0.1, 0.3]), seed: below(1e9) }) : noFaults)
    const howOften = pick([0, 0.05, 0.5])
    unrest.between = Effect.suspend(() => (happens(howOften) ? history.something : Effect.void))
    const asked = someRange()
    yield* withNobodyGoneWrongly(
      happens(0.25)
        ? Effect.all([letRun(asked), letRun(undefined)], { concurrency: 2, discard: true })
        : letRun(happens(0.7) ? asked : undefined)
    )
    yield* Effect.repeat(history.something, { times: changesPerRound - 1 })
  }

  unrest.between = Effect.void
  yield* simulator.setFaults(noFaults)
  const whole = Effect.fnUntraced(function* () {
    for (const run of [appointments(range), patients()]) {
      const result = yield* run
      assert.deepInclude(result, { status: "complete", drifted: 0 }, `TEST_SEED=${seed}: ${result.error?.message}`)
    }
  })
  // A run that goes on behind a killed one does not ask for what that one had finished.
  const isUnfinished = (yield* count("select count(*) from athena.finished_windows")) > 0
  yield* weeksPass
  yield* withNobodyGoneWrongly(isUnfinished ? Effect.andThen(whole(), Effect.andThen(weeksPass, whole())) : whole())
  assert.deepStrictEqual(yield* table(range), yield* truth(range), `TEST_SEED=${seed}`)
  yield* assertPatientsExact
  yield* assertLinksExact
  yield* assertLinked(history, seed)

  const before = yield* rowVersions
  yield* whole()
  assert.deepStrictEqual(yield* rowVersions, before, `TEST_SEED=${seed}`)
  assert.strictEqual((yield* verify()).status, "verified")
})

/** Old and new name each other, wherever both are stored, and nobody names another than took the place. */
const assertLinked = Effect.fnUntraced(function* (history: History, seed: number) {
  for (const { id, rescheduledFrom, rescheduledTo, successorNames } of yield* links) {
    if (rescheduledTo !== null && successorNames !== undefined) {
      assert.strictEqual(successorNames, id, `TEST_SEED=${seed}: ${rescheduledTo} does not name ${id}`)
    }
    if (rescheduledFrom !== null) {
      assert.strictEqual(yield* history.predecessorOf(id), rescheduledFrom, `TEST_SEED=${seed}: ${id}`)
    }
  }
})

describe.concurrent("after any history, one run ends with the database equal to the practice", () => {
  for (const seed of seeds({ short: 1, long: 50 })) {
    it.live(
      `TEST_SEED=${seed}`,
      () => {
        const unrest = new Unrest()
        const options: EngineOptions = {
          unrest,
          athenaClockFactor: 20,
          simulator: {
            maxRows: seed % 2 === 0 ? 7 : 5000,
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
