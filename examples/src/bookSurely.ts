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
import { argument, runExample } from "./services.ts"

const booking = {
  practiceId: argument(PracticeId, 1, "a practice id"),
  appointmentId: argument(AppointmentId, 2, "the id of an open slot"),
  patientId: argument(PatientId, 3, "a patient id"),
  for: { appointmentTypeId: argument(AppointmentTypeId, 4, "the id of an appointment type") }
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
