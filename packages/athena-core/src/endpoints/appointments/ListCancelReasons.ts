import { noPhi } from "../../phi/PhiClass.ts"
import { type ListQuery, referenceList } from "../list.ts"
import { cancelReasonKind } from "./CancelReason.ts"

export interface CancelReasonsQuery extends ListQuery {
  /** Only reasons after which the slot can be booked again, or only those after which it cannot. */
  readonly slotAvailable?: boolean
}

/** The reasons that appointments can be cancelled for. */
export const ListCancelReasons = referenceList({
  name: "ListCancelReasons",
  verb: "GET",
  path: "/v1/{practiceid}/appointmentcancelreasons",
  vendorPage:
    "https://docs.athenahealth.com/api/api-ref/appointment-cancel-reason#Get-list-of-appointment-cancel-reasons",
  evidence: "inferred",
  repeat: "safe",
  phi: noPhi,
  auditedParameters: [],
  recordsKey: "appointmentcancelreasons",
  kind: cancelReasonKind,
  parameters: (query: CancelReasonsQuery) =>
    query.slotAvailable === undefined ? {} : { slotavailable: String(query.slotAvailable) }
})
