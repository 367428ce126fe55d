/**
 * What athenahealth tells about a practice.
 *
 * Source: https://docs.athenahealth.com/api/api-ref/practice-info
 */
import { Result, Schema } from "effect"
import { PracticeId } from "../../ids/PracticeId.ts"
import { noPhi } from "../../phi/PhiClass.ts"
import type { SealedRecord } from "../../phi/SealedRecord.ts"
import { type Columns, columns, optional, required } from "../../wire/columns.ts"
import { identifier } from "../../wire/identifier.ts"
import { text } from "../../wire/text.ts"
import { noSubjects, type ReferenceKind } from "../RecordKind.ts"

const practiceInfoColumns = {
  practiceId: required("practiceid", identifier(PracticeId)),
  name: optional("name", text)
}

export interface PracticeInfo extends Columns<typeof practiceInfoColumns> {
  readonly raw: SealedRecord
}

export const PracticeInfoColumns = columns("PracticeInfoColumns", practiceInfoColumns)
const decodeColumns = Schema.decodeUnknownResult(PracticeInfoColumns)

export const practiceInfoKind: ReferenceKind<PracticeInfo> = {
  name: "practiceinfo",
  phi: noPhi,
  idKey: "practiceid",
  decode: (wire, raw) => Result.map(decodeColumns(wire), (decoded) => Object.assign(decoded, { raw })),
  subjects: () => noSubjects
}
