import { GetAppointment } from "@athena-engine/athena-core/endpoints/appointments/GetAppointment"
import { AppointmentId } from "@athena-engine/athena-core/ids/AppointmentId"
import * as Priority from "@athena-engine/athena-core/rate-limit/Priority"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { engine } from "../support/engine.ts"
import { know, somePatients } from "../support/patients.ts"
import { patients, practiceId, requestsOf, someOn } from "../support/practice.ts"

describe("a run of the patients in full flight", () => {
  it.live("lets every call for an event go before the reads that wait", () =>
    Effect.gen(function* () {
      const everyone = 300
      yield* know(...somePatients(everyone))
      const ids = yield* someOn("2019-06-03", 5)
      const run = yield* Effect.forkChild(patients())
      yield* Effect.repeat(Effect.sleep("5 millis"), { until: () => Effect.map(requestsOf("patient"), (n) => n > 5) })
      const passed: Array<number> = []
      for (const id of ids) {
        const before = yield* requestsOf("patient")
        yield* GetAppointment.read({ practiceId, appointmentId: AppointmentId.make(id) }).pipe(Priority.events)
        passed.push((yield* requestsOf("patient")) - before)
      }
      assert.isBelow(yield* requestsOf("patient"), everyone, "the run was under way throughout")
      // Those that had been let through before, while its audit intent was committed, and the tenth that a sync is promised;
      // a hundred wait.
      assert.isAtMost(Math.max(...passed), 12, `reads that passed each of the calls: ${passed}`)
      yield* Fiber.interrupt(run)
    }).pipe(Effect.provide(engine({ requestsPerSecond: 20 })))
  )
})
