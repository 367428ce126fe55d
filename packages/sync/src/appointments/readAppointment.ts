import type { Appointment } from "@athena-engine/athena-core/endpoints/appointments/Appointment"
import { GetAppointment } from "@athena-engine/athena-core/endpoints/appointments/GetAppointment"
import type { Misfit } from "@athena-engine/athena-core/endpoints/RecordKind"
import type { AppointmentId } from "@athena-engine/athena-core/ids/AppointmentId"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { Effect } from "effect"
import { otherRecord } from "../quarantine/otherRecord.ts"

/** What came of asking for one appointment. */
export type Reading =
  | { readonly _tag: "Found"; readonly appointment: Appointment }
  | { readonly _tag: "NotFound" }
  | { readonly _tag: "DoesNotFit"; readonly misfit: Misfit }

/** Reads an appointment by its id; an answer about another one does not fit. */
export const readAppointment = (practiceId: PracticeId, appointmentId: AppointmentId) =>
  GetAppointment.read({ practiceId, appointmentId }).pipe(
    Effect.map(
      (appointment): Reading =>
        appointment.appointmentId === appointmentId
          ? { _tag: "Found", appointment }
          : { _tag: "DoesNotFit", misfit: otherRecord(appointmentId, appointment.raw) }
    ),
    Effect.catchTag("RecordMisfit", ({ misfit }) => Effect.succeed<Reading>({ _tag: "DoesNotFit", misfit })),
    Effect.catchIf(
      (error) => error._tag === "AthenaError" && error.reason._tag === "RecordNotFound",
      () => Effect.succeed<Reading>({ _tag: "NotFound" })
    )
  )
