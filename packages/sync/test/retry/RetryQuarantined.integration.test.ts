import type { FaultRule } from "@athena-engine/simulator/faults/FaultPlan"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { leftToNextRun, readQuarantine } from "../../src/quarantine/readQuarantine.ts"
import { retryQuarantined } from "../../src/retry/RetryQuarantined.ts"
import { engine } from "../support/engine.ts"
import {
  appointments,
  assertExact,
  count,
  happens,
  newRunId,
  patients,
  practiceId,
  requestsOf
} from "../support/practice.ts"

const day = { from: "2019-06-03", to: "2019-06-03" }
const secret = "Zanzibar Quibble 987-65-4321"

const setRules = (...rules: ReadonlyArray<FaultRule>) => Simulator.use((simulator) => simulator.setFaults({ rules }))

const retry = Effect.suspend(() => retryQuarantined({ runId: newRunId(), practiceId, holder: "the test" }))

const badList = {
  match: { route: "bookedMultipleDepartment" },
  fault: { kind: "badRecord", field: "duration", value: secret, every: 10 }
} as const

describe("a retry of the quarantine", () => {
  it.live("reads each appointment by its id, audited, releases those that fit, and asks for no list", () =>
    Effect.gen(function* () {
      yield* setRules(badList)
      const { quarantined } = yield* appointments(day)
      assert.isAbove(quarantined, 1)
      const aside = yield* readQuarantine([practiceId])
      assert.lengthOf(aside, quarantined)
      assert.notInclude(JSON.stringify(aside), "Zanzibar")
      yield* setRules()
      const lists = yield* requestsOf("bookedMultipleDepartment")
      const result = yield* retry
      assert.deepInclude(result, {
        resource: "quarantine",
        status: "complete",
        fetched: quarantined,
        inserted: quarantined,
        quarantined: 0,
        requests: quarantined
      })
      assert.deepStrictEqual(yield* readQuarantine([]), [])
      assert.strictEqual(yield* requestsOf("bookedMultipleDepartment"), lists)
      const audited = "select count(*) from audit.events where endpoint like '%/appointments/{appointmentid}'"
      assert.strictEqual(yield* count(audited), quarantined)
      assert.deepInclude(yield* appointments(day), { status: "complete", inserted: 0, gone: 0 })
    }).pipe(Effect.provide(engine()))
  )

  it.live("leaves aside what still does not fit, patients too, and takes it back when it fits", () =>
    Effect.gen(function* () {
      yield* appointments(day)
      yield* setRules({ match: { route: "patient" }, fault: { kind: "badRecord", field: "dob", value: secret } })
      const { quarantined } = yield* patients()
      assert.deepInclude(yield* retry, { status: "partial", fetched: quarantined, quarantined, inserted: 0 })
      assert.lengthOf(yield* readQuarantine([practiceId]), quarantined)
      yield* setRules()
      assert.deepInclude(yield* retry, { status: "complete", inserted: quarantined, quarantined: 0 })
      assert.deepInclude(yield* patients(), { status: "complete", inserted: 0, unchanged: quarantined })
    }).pipe(Effect.provide(engine()))
  )

  it.live("lets go of a record that is gone, but not when all are answered as unknown", () =>
    Effect.gen(function* () {
      yield* setRules(badList)
      const { quarantined } = yield* appointments(day)
      const [first] = yield* readQuarantine([practiceId])
      yield* setRules({ match: { route: "appointment" }, fault: { kind: "status", status: 404 } })
      const outage = yield* retry
      assert.strictEqual(outage.error?.tag, "RecordsUnanswered")
      assert.lengthOf(yield* readQuarantine([practiceId]), quarantined)
      yield* setRules()
      yield* happens({ kind: "delete", appointmentId: first?.recordId ?? "" })
      assert.deepInclude(yield* retry, { status: "complete", gone: 0, inserted: quarantined - 1 })
      assert.deepStrictEqual(yield* readQuarantine([]), [])
      // A read by id carries no stamp of modification; the list does.
      yield* appointments(day)
      yield* assertExact(day)
    }).pipe(Effect.provide(engine()))
  )

  it.live("that was stopped goes on without asking again for those that did not fit", () =>
    Effect.gen(function* () {
      yield* setRules(badList)
      const { quarantined } = yield* appointments(day)
      const match = { route: "appointment" } as const
      const bad = { match, fault: { kind: "badRecord", field: "date", value: secret } } as const
      yield* setRules({ match, when: { after: 1 }, fault: { kind: "hang" } }, bad)
      const running = yield* Effect.forkChild(retry)
      const done = count("select count(*) from athena.finished_windows where resource = 'quarantine'")
      yield* Effect.repeat(Effect.delay(done, "20 millis"), { until: (windows) => windows === 1 })
      yield* Fiber.interrupt(running)
      yield* setRules(bad)
      const rest = { fetched: quarantined - 1, quarantined: quarantined - 1, requests: quarantined - 1 }
      assert.deepInclude(yield* retry, { status: "partial", ...rest })
      assert.deepInclude(
        yield* retry,
        { status: "partial", fetched: quarantined },
        "one that came to its end asks anew"
      )
    }).pipe(Effect.provide(engine()))
  )

  it.live("says what only the next run can bring back", () =>
    Effect.gen(function* () {
      yield* setRules(
        { match: { route: "departments" }, fault: { kind: "badRecord", field: "name", value: { odd: 1 }, every: 3 } },
        {
          match: { route: "bookedMultipleDepartment" },
          fault: { kind: "badRecord", field: "appointmentid", value: [], every: 10 }
        }
      )
      yield* appointments(day)
      const requests = yield* requestsOf("appointment")
      assert.deepInclude(yield* retry, { status: "complete", fetched: 0, requests: 0 })
      assert.strictEqual(yield* requestsOf("appointment"), requests)
      const left = yield* leftToNextRun(practiceId)
      assert.deepStrictEqual(
        left.map(({ command, resource }) => [resource, command]),
        [
          ["appointments", "appointments"],
          ["departments", "reference"]
        ]
      )
      assert.isTrue(left.every(({ records }) => records > 0))
    }).pipe(Effect.provide(engine()))
  )
})
