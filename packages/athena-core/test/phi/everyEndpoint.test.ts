/**
 * The leak property: whatever athenahealth answers, to whatever is asked, nothing of it comes out but in the protected
 * values that are returned.
 */

import { hostileAnswer, hostileTokenAnswer } from "@athena-engine/testing/leaks/hostileAnswers"
import { assertNone, makeLeakFinder } from "@athena-engine/testing/leaks/LeakFinder"
import { everyMarker, marker, protectedMarkers } from "@athena-engine/testing/leaks/markers"
import { printed } from "@athena-engine/testing/leaks/printed"
import { chance } from "@athena-engine/testing/random/Chance"
import { seeds } from "@athena-engine/testing/random/seeds"
import { sized } from "@athena-engine/testing/size/sized"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Layer, Schema, type Scope } from "effect"
import { TestClock } from "effect/testing"
import { tagsOf } from "../../src/observability/safeCause.ts"
import { athenaOn } from "../support/athenaLayer.ts"
import { everyEndpoint, practiceId } from "../support/hostileWorld.ts"
import { recordingTrail } from "../support/RecordingTrail.ts"
import { type Answer, stubServer } from "../support/StubServer.ts"
import { printedEverywhere, watch } from "../support/Watching.ts"

const anywhere = makeLeakFinder(everyMarker)
const inRecords = makeLeakFinder(protectedMarkers)

/** Runs `effect` while the clock goes on. */
const elapse = <A, R>(effect: Effect.Effect<A, never, R>): Effect.Effect<A, never, R | Scope.Scope> =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkScoped(effect)
    for (let minute = 0; minute < 15; minute++) yield* TestClock.adjust("1 minute")
    return yield* Fiber.join(fiber)
  })

/** Of each endpoint; they share most of what they do. */
const runs = sized({ short: Math.ceil(250 / everyEndpoint.length), long: 60 })
const timeout = sized({ short: 60_000, long: 900_000 })

for (const seed of seeds({ short: 1, long: 2 })) {
  describe(`answers that say more than they should (TEST_SEED=${seed})`, () => {
    const endings = new Map<string, Set<string>>(everyEndpoint.map(({ name }) => [name, new Set()]))

    for (const { ask, name, recordsKey, shape } of everyEndpoint) {
      it.effect.prop(
        `leave nothing behind but in protected values: ${name}`,
        [Schema.Array(Schema.Json), Schema.Int],
        ([json, plan]) =>
          Effect.gen(function* () {
            const dice = chance(plan)
            const errors = dice.pick([0, 0.1, 0.6])
            const values = json.length === 0 ? undefined : () => dice.pick(json)
            const server = stubServer({
              api: (): Answer => {
                if (dice.happens(0.03)) return dice.pick(["hang", "reset"] as const)
                return hostileAnswer({
                  chance: dice,
                  practiceId,
                  shape,
                  recordsKey,
                  errors,
                  ...(values === undefined ? {} : { json: values })
                })
              },
              token: (): Answer =>
                dice.happens(errors === 0 ? 1 : 0.7)
                  ? { body: { access_token: "good", expires_in: 3600 } }
                  : hostileTokenAnswer(dice, values)
            })
            const trail = recordingTrail()
            const { exit, spans, ways } = yield* elapse(
              watch(Effect.provide(ask, Layer.merge(trail.layer, athenaOn(server))))
            )

            endings.get(name)?.add(Exit.isSuccess(exit) ? "success" : tagsOf(exit.cause).join())
            assert.isAbove(spans, 1)
            const outputs = { ...ways, audit: printed(trail.recorded) }
            const leaks = Object.entries(outputs).flatMap(([way, text]) => anywhere.find(way, text))
            assertNone(leaks)
            if (Exit.isSuccess(exit)) {
              assertNone(inRecords.find("printed value", printedEverywhere(exit.value)))
            }
          }),
        { timeout, arbitrary: { runs, seed } }
      )
    }

    it("were good and bad ones", () => {
      const answered = [...endings.values()].filter((seen) => seen.has("success"))
      assert.isAtLeast(answered.length, everyEndpoint.length / 2)
      assert.isAtLeast(new Set([...endings.values()].flatMap((seen) => [...seen])).size, 6)
    })
  })
}

/** Arrays in arrays, with a marker at the bottom and a field that is never stored. */
const deep = (levels: number) => `${"[".repeat(levels)}{"ssn": "${marker}"}${"]".repeat(levels)}`

describe("an answer", () => {
  const bodies: ReadonlyArray<[string, string]> = [
    ["nested a hundred thousand deep", deep(100_000)],
    ["of a million characters", `"${marker.repeat(100_000)}"`]
  ]
  /** One of each way to read an answer. */
  const names = ["ListBookedAppointments", "GetPatient", "SearchFhirPatients", "BookAppointment", "Ping"]
  const cases = everyEndpoint
    .filter(({ name }) => names.includes(name))
    .flatMap((endpoint) => bodies.map(([what, body]) => [what, endpoint, body] as const))

  it.effect.each(cases)("%s ends in a record or in an error that is expected", ([, { ask, recordsKey, shape }, body]) =>
    Effect.gen(function* () {
      const row = `${JSON.stringify(shape.record(0)).slice(0, -1)}${Object.keys(shape.record(0)).length > 0 ? "," : ""}"notes":${body}}`
      const text = recordsKey === undefined ? `[${row}]` : `{"totalcount":1,"${recordsKey}":[${row}]}`
      const server = stubServer({ api: () => ({ body: text }) })
      const exit = yield* elapse(
        Effect.exit(Effect.provide(ask, Layer.merge(recordingTrail().layer, athenaOn(server))))
      )
      if (Exit.isFailure(exit)) assert.notInclude(tagsOf(exit.cause).join(), "defect")
      assertNone(inRecords.find("exit", printed(exit)))
    })
  )
})
