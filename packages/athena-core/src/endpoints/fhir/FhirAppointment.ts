/**
 * An appointment as FHIR shows it. Who takes part is read for the patient; the rest stays in `raw`.
 *
 * The vendor's CapabilityStatement offers Appointment by id alone, and no answer was seen: the kind of its logical id is
 * taken as it comes, and its local id for the appointment's of `/v1`.
 *
 * Source: https://docs.athenahealth.com/api/fhir-r4/appointment
 */
import { type DateTime, Predicate, Result, Schema } from "effect"
import type { AppointmentId } from "../../ids/AppointmentId.ts"
import { patientIdIn } from "../../ids/FhirId.ts"
import type { PatientId } from "../../ids/PatientId.ts"
import type { PracticeId } from "../../ids/PracticeId.ts"
import { Instant, patientOf, Reference, resourceFields } from "./elements.ts"
import type { FhirResource, ResourceKind } from "./ResourceKind.ts"

export const FhirAppointmentFields = Schema.Struct({
  ...resourceFields("Appointment"),
  status: Schema.optionalKey(Schema.String),
  start: Schema.optionalKey(Instant),
  end: Schema.optionalKey(Instant),
  participant: Schema.optionalKey(Schema.Array(Schema.Struct({ actor: Schema.optionalKey(Reference) })))
})

export interface FhirAppointment extends FhirResource {
  readonly appointmentId: AppointmentId
  /** FHIR's code: `booked`, `arrived`, `cancelled`, `noshow` … */
  readonly status: string | undefined
  readonly startsAt: DateTime.Utc | undefined
  readonly endsAt: DateTime.Utc | undefined
  readonly patientIds: ReadonlyArray<PatientId>
}

const decodeFields = Schema.decodeUnknownResult(FhirAppointmentFields)

const patientsOf = (participants: unknown, practiceId: PracticeId): ReadonlyArray<PatientId> =>
  (Array.isArray(participants) ? participants : []).flatMap((participant: unknown) => {
    const patient = Predicate.isObject(participant)
      ? patientOf((participant as { readonly actor?: unknown }).actor, practiceId)
      : undefined
    return patient === undefined ? [] : [patient]
  })

export const fhirAppointmentKind: ResourceKind<FhirAppointment> = {
  resourceType: "Appointment",
  phi: {
    identifying: ["*"],
    linked: ["id", "meta", "status", "start", "end", "participant"],
    none: ["resourceType"]
  },
  practiceOf: ({ id }) => id.practiceId,
  decode: (wire, raw) =>
    Result.map(decodeFields(wire), ({ end, id, participant, start, status }) => ({
      id,
      appointmentId: id.localId as AppointmentId,
      status,
      startsAt: start,
      endsAt: end,
      patientIds: (participant ?? []).flatMap(({ actor }) => {
        const patient = patientIdIn(actor?.reference ?? "", id.practiceId)
        return patient === undefined ? [] : [patient]
      }),
      raw
    })),
  subjects: (wire, practiceId, id) => {
    const patientIds = patientsOf(wire["participant"], practiceId)
    return {
      patientIds,
      appointmentIds: id === undefined || patientIds.length === 0 ? [] : [id.localId as AppointmentId]
    }
  }
}
