/**
 * What the engine knows of one kind of the vendor's records: how it decodes, which fields are protected, and whose
 * data the audit trail says it is.
 */
import { Result, type Schema } from "effect"
import type { AppointmentId } from "../ids/AppointmentId.ts"
import { isOpaqueId } from "../ids/OpaqueId.ts"
import type { PatientId } from "../ids/PatientId.ts"
import type { NoPhi, PhiFields } from "../phi/PhiClass.ts"
import type { SealedRecord } from "../phi/SealedRecord.ts"
import type { WireRecord } from "../wire/columns.ts"

/** Whose data a record is. */
export interface Subjects {
  readonly patientIds: ReadonlyArray<PatientId>
  readonly appointmentIds: ReadonlyArray<AppointmentId>
}

export const noSubjects: Subjects = { patientIds: [], appointmentIds: [] }

export interface RecordKind<A> {
  /** The vendor's noun: `appointment`, `patient` … */
  readonly name: string
  readonly phi: PhiFields
  /** The vendor's key of the record's own id. */
  readonly idKey: string
  /** `raw` is the same record as it goes on with what is decoded. */
  readonly decode: (wire: WireRecord, raw: SealedRecord) => Result.Result<A, Schema.SchemaError>
  /** Reads leniently, so that the trail also names whose record was set aside. */
  readonly subjects: (wire: WireRecord) => Subjects
}

/** A kind of record without a patient behind it. */
export interface ReferenceKind<A> extends RecordKind<A> {
  readonly phi: NoPhi
}

/** The same records, each with its JSON as sent, less what is never stored. */
export const withRaw = <A>(kind: RecordKind<A>): RecordKind<{ readonly record: A; readonly raw: SealedRecord }> => ({
  ...kind,
  decode: (wire, raw) => Result.map(kind.decode(wire, raw), (record) => ({ record, raw }))
})

/** A record that does not fit its schema, set aside alone; its neighbours go on. */
export interface Misfit {
  readonly recordId: string | undefined
  /** Path and expectation in fixed words: never the value. */
  readonly reason: string
  /** The record as sent, less what is never stored. */
  readonly raw: SealedRecord
}

export const recordIdOf = (kind: RecordKind<unknown>, wire: WireRecord): string | undefined => idIn(wire, kind.idKey)

/** The id under `key`, in whatever type it was sent. What has not the form of an id is none, and is not passed on. */
export const idIn = (wire: WireRecord, key: string): string | undefined => {
  const value = wire[key]
  if (typeof value === "number") return Number.isSafeInteger(value) ? String(value) : undefined
  if (typeof value !== "string") return undefined
  const id = value.trim()
  return isOpaqueId(id) ? id : undefined
}
