/**
 * Books a slot and knows in the end whether it did, even when the answer is lost on the way:
 * `node bookSurely.ts 195900 4420001 30051 82`
 *
 * The vendor knows no idempotency keys: a booking that is sent twice may be two. So it is sent once, and if no answer comes
 * the slot is read instead, after half a minute, in which a slow server may still be at it.
 */
import { BookAppointment } from "@athena-engine/athena-core/endpoints/appointments/BookAppointment"
import { AppointmentId } from "@athena-engine/athena-core/ids/AppointmentId"
import { AppointmentTypeId } from "@athena-engine/athena-core/ids/AppointmentTypeId"
import { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { Console, Effect } from "effect"
import { runExample } from "./services.ts"

const [practice = "", slot = "", patient = "", type = ""] = process.argv.slice(2)

const booking = {
  practiceId: PracticeId.make(practice),
  appointmentId: AppointmentId.make(slot),
  patientId: PatientId.make(patient),
  for: { appointmentTypeId: AppointmentTypeId.make(type) }
}

runExample(
  Effect.gen(function* () {
    const outcome = yield* BookAppointment.write(booking)
    if (outcome._tag === "Written") return yield* Console.log(`booked: appointment ${outcome.value}`)
    yield* Console.log("no answer came; looking at the slot")
    const found = yield* BookAppointment.reconcile(booking, outcome)
    switch (found._tag) {
      case "Happened":
        return yield* Console.log(`booked all the same: appointment ${found.value}`)
      case "DidNotHappen":
        return yield* Console.log("not booked; it may be sent again")
      case "CannotBeTold":
        return yield* Console.log(`a person has to look: ${found.why}`)
    }
  })
)
