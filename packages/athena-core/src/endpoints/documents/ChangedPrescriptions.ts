import { patientDataFeed } from "../feed.ts"
import { feedSubscription } from "../feedSubscription.ts"
import type { ListQuery } from "../list.ts"
import { prescriptionKind } from "./OrderDocument.ts"

/**
 * Prescriptions that changed. One document can come twice in one answer, with one status and then the next: events are
 * not put together here, and the later row is the newer. Sure of the shape: it was recorded.
 */
export const ChangedPrescriptions = patientDataFeed({
  name: "ChangedPrescriptions",
  verb: "GET",
  path: "/v1/{practiceid}/prescriptions/changed",
  vendorPage:
    "https://docs.athenahealth.com/api/api-ref/document-type-prescription#Get-list-of-changes-in-prescriptions",
  evidence: "recorded",
  repeat: "consumes",
  phi: prescriptionKind.phi,
  auditedParameters: [],
  recordsKey: "prescriptions",
  kind: prescriptionKind,
  parameters: (_query: ListQuery) => ({})
})

/**
 * The subscription that `ChangedPrescriptions` needs. By default: PrescriptionAdd, PrescriptionUpdate, PrescriptionDelete,
 * PrescriptionReopen, PrescriptionPreApproval, PrescriptionRefillAdd, PrescriptionRefillUpdate.
 */
export const ChangedPrescriptionsSubscription = feedSubscription({
  name: "ChangedPrescriptions",
  path: "/v1/{practiceid}/prescriptions/changed/subscription",
  vendorPage: "https://docs.athenahealth.com/api/guides/changed-data-subscriptions",
  evidence: "recorded"
})
