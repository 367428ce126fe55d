/**
 * Everything that can happen in a simulated practice, as it would at the front desk. Days are `2019-06-03`,
 * times `09:05`, both local to the department; ids are text, as everywhere outside the world.
 */
import { Schema } from "effect"
import { parseClockTime, parseIsoDate } from "../world/calendar.ts"

const IsoDate = Schema.String.check(
  Schema.makeFilter((text) => parseIsoDate(text) !== undefined, { expected: "a date such as 2019-06-03" })
)
const ClockTime = Schema.String.check(
  Schema.makeFilter((text) => parseClockTime(text) !== undefined, { expected: "a time of day such as 09:05" })
)

const practiceId = Schema.String
const appointmentId = Schema.String
const patientId = Schema.String

const place = {
  date: Schema.optionalKey(IsoDate),
  startTime: Schema.optionalKey(ClockTime),
  departmentId: Schema.optionalKey(Schema.String),
  providerId: Schema.optionalKey(Schema.String),
  appointmentTypeId: Schema.optionalKey(Schema.String)
}

/** A patient takes the open slot `appointmentId`, whose id stays, or without it a new appointment is made. */
export const Book = Schema.Struct({
  kind: Schema.Literal("book"),
  practiceId,
  patientId,
  appointmentId: Schema.optionalKey(appointmentId),
  ...place
})

/** Adds an open slot. */
export const OpenSlot = Schema.Struct({ kind: Schema.Literal("openSlot"), practiceId, ...place })

/** Another day, time, department, provider or type under the same id. */
export const Move = Schema.Struct({ kind: Schema.Literal("move"), practiceId, appointmentId, ...place })

/** Becomes `x`: hidden from lists unless `showcancelled`. */
export const Cancel = Schema.Struct({
  kind: Schema.Literal("cancel"),
  practiceId,
  appointmentId,
  cancelReasonId: Schema.optionalKey(Schema.String)
})

/**
 * The old id becomes `x` and names a new one, which is returned: that of the open slot `newAppointmentId`, or without it
 * of an appointment that is made.
 */
export const Reschedule = Schema.Struct({
  kind: Schema.Literal("reschedule"),
  practiceId,
  appointmentId,
  newAppointmentId: Schema.optionalKey(appointmentId),
  cancelReasonId: Schema.optionalKey(Schema.String),
  ...place
})

/** Becomes an open slot: no patient, no stamps, in no booked list any more. */
export const Free = Schema.Struct({ kind: Schema.Literal("free"), practiceId, appointmentId })

/** An open slot that nobody may book until it is unfrozen; hidden from the list of open slots unless asked for. */
export const Freeze = Schema.Struct({ kind: Schema.Literal("freeze"), practiceId, appointmentId })

export const Unfreeze = Schema.Struct({ kind: Schema.Literal("unfreeze"), practiceId, appointmentId })

/** The id answers as unknown from now on. */
export const Delete = Schema.Struct({ kind: Schema.Literal("delete"), practiceId, appointmentId })

/** Check-in has begun; the status stays. */
export const StartCheckIn = Schema.Struct({ kind: Schema.Literal("startCheckIn"), practiceId, appointmentId })

export const CheckIn = Schema.Struct({ kind: Schema.Literal("checkIn"), practiceId, appointmentId })

export const CheckOut = Schema.Struct({ kind: Schema.Literal("checkOut"), practiceId, appointmentId })

/** The patient confirmed, in one of the practice's ways to. */
export const Confirm = Schema.Struct({
  kind: Schema.Literal("confirm"),
  practiceId,
  appointmentId,
  confirmationId: Schema.String
})

export const AddNote = Schema.Struct({
  kind: Schema.Literal("addNote"),
  practiceId,
  appointmentId,
  text: Schema.String,
  isOnSchedule: Schema.optionalKey(Schema.Boolean)
})

export const UpdateNote = Schema.Struct({
  kind: Schema.Literal("updateNote"),
  practiceId,
  appointmentId,
  noteId: Schema.String,
  text: Schema.String,
  isOnSchedule: Schema.optionalKey(Schema.Boolean)
})

export const DeleteNote = Schema.Struct({
  kind: Schema.Literal("deleteNote"),
  practiceId,
  appointmentId,
  noteId: Schema.String
})

/** `lastmodified` moves, nothing else does. */
export const Touch = Schema.Struct({ kind: Schema.Literal("touch"), practiceId, appointmentId })

/** What can be said of a patient; `null` takes a value away. */
export const PatientFields = Schema.Struct({
  firstName: Schema.optionalKey(Schema.String),
  lastName: Schema.optionalKey(Schema.String),
  preferredName: Schema.optionalKey(Schema.NullOr(Schema.String)),
  birthDate: Schema.optionalKey(IsoDate),
  sex: Schema.optionalKey(Schema.NullOr(Schema.Literals(["M", "F"]))),
  status: Schema.optionalKey(Schema.Literals(["active", "inactive", "prospective", "deleted"])),
  departmentId: Schema.optionalKey(Schema.NullOr(Schema.String)),
  address1: Schema.optionalKey(Schema.NullOr(Schema.String)),
  city: Schema.optionalKey(Schema.NullOr(Schema.String)),
  state: Schema.optionalKey(Schema.NullOr(Schema.String)),
  zip: Schema.optionalKey(Schema.NullOr(Schema.String)),
  homePhone: Schema.optionalKey(Schema.NullOr(Schema.String)),
  mobilePhone: Schema.optionalKey(Schema.NullOr(Schema.String)),
  email: Schema.optionalKey(Schema.NullOr(Schema.String)),
  notes: Schema.optionalKey(Schema.NullOr(Schema.String))
})
export type PatientFields = typeof PatientFields.Type

export const AddPatient = Schema.Struct({ kind: Schema.Literal("addPatient"), practiceId, fields: PatientFields })

export const UpdatePatient = Schema.Struct({
  kind: Schema.Literal("updatePatient"),
  practiceId,
  patientId,
  fields: PatientFields
})

/**
 * `patientId` becomes `deleted` and its appointments move to `intoPatientId`, which names it from now on, and whoever was
 * merged into it before. Nobody is merged twice, nor into somebody who is deleted `[assumed]`.
 */
export const MergePatients = Schema.Struct({
  kind: Schema.Literal("mergePatients"),
  practiceId,
  patientId,
  intoPatientId: Schema.String
})

/** Status `deleted`; still readable by id. */
export const DeletePatient = Schema.Struct({ kind: Schema.Literal("deletePatient"), practiceId, patientId })

/** What can be said of a provider. */
export const ProviderFields = Schema.Struct({
  firstName: Schema.optionalKey(Schema.String),
  lastName: Schema.optionalKey(Schema.String),
  /** `MD`, `NP` … */
  providerType: Schema.optionalKey(Schema.String)
})

export const AddProvider = Schema.Struct({ kind: Schema.Literal("addProvider"), practiceId, fields: ProviderFields })

export const UpdateProvider = Schema.Struct({
  kind: Schema.Literal("updateProvider"),
  practiceId,
  providerId: Schema.String,
  fields: ProviderFields
})

/** In no list any more, and nobody can be booked with them; still readable by id. */
export const DeleteProvider = Schema.Struct({
  kind: Schema.Literal("deleteProvider"),
  practiceId,
  providerId: Schema.String
})

export const UndeleteProvider = Schema.Struct({
  kind: Schema.Literal("undeleteProvider"),
  practiceId,
  providerId: Schema.String
})

export const Mutation = Schema.Union([
  Book,
  OpenSlot,
  Move,
  Cancel,
  Reschedule,
  Free,
  Freeze,
  Unfreeze,
  Delete,
  StartCheckIn,
  CheckIn,
  CheckOut,
  Confirm,
  AddNote,
  UpdateNote,
  DeleteNote,
  Touch,
  AddPatient,
  UpdatePatient,
  MergePatients,
  DeletePatient,
  AddProvider,
  UpdateProvider,
  DeleteProvider,
  UndeleteProvider
])
export type Mutation = typeof Mutation.Type

/** The records a mutation left behind: the new appointment of a reschedule, the booked one, the patient, the provider. */
export interface MutationResult {
  readonly practiceId: string
  readonly appointmentId?: string
  readonly patientId?: string
  readonly providerId?: string
}

/** The mutation names something that is not there, or that is in no state for it. Nothing was changed. */
export class MutationRefused extends Schema.TaggedError<MutationRefused>()("MutationRefused", {
  kind: Schema.String,
  practiceId: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `The mutation "${this.kind}" in practice ${this.practiceId} was refused and nothing was changed: ${this.reason}`
  }
}
