/**
 * What athenahealth tells about a practice.
 *
 * Source: https://docs.athenahealth.com/api/api-ref/practice-info
 */
import { Redacted, Result, Schema } from "effect"
import { PracticeId } from "../../ids/PracticeId.ts"
import { noPhi } from "../../phi/PhiClass.ts"
import { type Columns, columns, optional, required, type WireRecord } from "../../wire/columns.ts"
import { identifier } from "../../wire/identifier.ts"
import { text } from "../../wire/text.ts"
import { noSubjects, type RecordKind } from "../RecordKind.ts"

const practiceInfoColumns = {
  practiceId: required("practiceid", identifier(PracticeId)),
  name: optional("name", text)
}

export interface PracticeInfo extends Columns<typeof practiceInfoColumns> {
  readonly raw: Redacted.Redacted<WireRecord>
}

export const PracticeInfoColumns = columns("PracticeInfoColumns", practiceInfoColumns)
const decodeColumns = Schema.decodeUnknownResult(PracticeInfoColumns)

export const practiceInfoKind: RecordKind<PracticeInfo> = {
  name: "practiceinfo",
  phi: noPhi,
  idKey: "practiceid",
  decode: (raw) =>
    Result.map(decodeColumns(raw), (decoded) => ({ ...decoded, raw: Redacted.make(raw, { label: "practiceinfo" }) })),
  subjects: () => noSubjects
}
