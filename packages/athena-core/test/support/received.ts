import { ReceivedRecords } from "../../src/endpoints/ReceivedRecords.ts"
import type { RecordKind } from "../../src/endpoints/RecordKind.ts"

/** Records as an answer brings them. */
export const received = <A>(kind: RecordKind<A>, rows: ReadonlyArray<unknown>): ReceivedRecords<A> => {
  const records = new ReceivedRecords(kind)
  for (const row of rows) {
    const json = JSON.stringify(row)
    records.add(JSON.parse(json), json)
  }
  return records
}
