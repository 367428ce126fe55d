/**
 * A department: a place where a practice sees patients, with its own clock.
 *
 * Source: https://docs.athenahealth.com/api/api-ref/department
 */
import { type DateTime, Result, Schema } from "effect"
import { DepartmentId } from "../../ids/DepartmentId.ts"
import { noPhi } from "../../phi/PhiClass.ts"
import type { SealedRecord } from "../../phi/SealedRecord.ts"
import { zoneNamed } from "../../time/zoneNamed.ts"
import { type Columns, columns, optional, required } from "../../wire/columns.ts"
import { identifier } from "../../wire/identifier.ts"
import { text } from "../../wire/text.ts"
import { noSubjects, type ReferenceKind } from "../RecordKind.ts"

const departmentColumns = {
  departmentId: required("departmentid", identifier(DepartmentId)),
  name: optional("name", text),
  /** IANA name or link (`US/Eastern`); the only field of the record that is safe across daylight saving. */
  timeZone: optional("timezonename", text)
}

export interface Department extends Columns<typeof departmentColumns> {
  /** The zone of that name; absent where the name is, or is none that is known. */
  readonly zone: DateTime.TimeZone.Named | undefined
  readonly raw: SealedRecord
}

export const DepartmentColumns = columns("DepartmentColumns", departmentColumns)
const decodeColumns = Schema.decodeUnknownResult(DepartmentColumns)

const zoneOf = (name: string | undefined) => (name === undefined ? undefined : zoneNamed(name))

export const departmentKind: ReferenceKind<Department> = {
  name: "department",
  phi: noPhi,
  idKey: "departmentid",
  decode: (wire, raw) =>
    Result.map(decodeColumns(wire), (decoded) => Object.assign(decoded, { zone: zoneOf(decoded.timeZone), raw })),
  subjects: () => noSubjects
}
