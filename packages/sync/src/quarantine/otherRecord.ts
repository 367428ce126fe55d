import type { Misfit } from "@athena-engine/athena-core/endpoints/RecordKind"
import type { SealedRecord } from "@athena-engine/athena-core/phi/SealedRecord"

/** An answer that is another record than the one that was asked for: kept aside under the id that was asked for. */
export const otherRecord = (askedId: string, raw: SealedRecord): Misfit => ({
  recordId: askedId,
  reason: "expected the record that was asked for, found another id",
  raw
})
