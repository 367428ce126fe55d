/**
 * Kinds of records that are nothing but their columns: ids, dates and status as plain values, what they say about the
 * patient as one redacted struct, and everything else in the sealed `raw`.
 */
import { Redacted, Result } from "effect"
import type { PatientId } from "../ids/PatientId.ts"
import type { PhiFields } from "../phi/PhiClass.ts"
import type { SealedRecord } from "../phi/SealedRecord.ts"
import { type Column, type Columns, columnReader } from "../wire/columns.ts"
import { idIn, type RecordKind } from "./RecordKind.ts"

type ColumnsOf<C> = { readonly [K in keyof C]: Column<unknown> }

/** What such a record decodes to. */
export type RecordOf<C, D> = Columns<C> & {
  /** What the record says about the patient; printing it prints nothing. */
  readonly details: Redacted.Redacted<Columns<D>>
  /** The record as sent, less what is never stored. */
  readonly raw: SealedRecord
}

export interface KindDescription<C, D> {
  readonly name: string
  readonly idKey: string
  readonly phi: PhiFields
  /** Of the classes `linked` and `none`. */
  readonly columns: C
  /** Of the class `identifying`. */
  readonly details: D
}

/** The subjects of a record are the patient under `patientid`, where it has one. */
export const kindOfColumns = <const C extends ColumnsOf<C>, const D extends ColumnsOf<D>>({
  columns,
  details,
  idKey,
  name,
  phi
}: KindDescription<C, D>): RecordKind<RecordOf<C, D>> => {
  const readColumns = columnReader(columns)
  const readDetails = columnReader(details)
  return {
    name,
    phi,
    idKey,
    decode: (wire, raw) =>
      Result.flatMap(readColumns(wire), (decoded) =>
        Result.map(readDetails(wire), (hidden) =>
          Object.assign(decoded, { details: Redacted.make(hidden, { label: name }), raw })
        )
      ),
    subjects: (wire) => {
      const patient = idIn(wire, "patientid")
      return { patientIds: patient === undefined ? [] : [patient as PatientId], appointmentIds: [] }
    }
  }
}
