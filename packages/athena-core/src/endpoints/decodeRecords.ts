import { Redacted, Result } from "effect"
import type { WireRecord } from "../wire/columns.ts"
import { type Misfit, type RecordKind, recordIdOf } from "./RecordKind.ts"

export interface Decoded<A> {
  readonly records: ReadonlyArray<A>
  readonly misfits: ReadonlyArray<Misfit>
}

/** Decodes each record by itself: one that does not fit is set aside, its neighbours go on. */
export const decodeRecords = <A>(kind: RecordKind<A>, wire: ReadonlyArray<WireRecord>): Decoded<A> => {
  const records: Array<A> = []
  const misfits: Array<Misfit> = []
  for (const raw of wire) {
    const decoded = kind.decode(raw)
    if (Result.isSuccess(decoded)) records.push(decoded.success)
    else {
      misfits.push({
        recordId: recordIdOf(kind, raw),
        reason: decoded.failure.message.replace(/\s+/g, " "),
        raw: Redacted.make(raw, { label: kind.name })
      })
    }
  }
  return { records, misfits }
}
