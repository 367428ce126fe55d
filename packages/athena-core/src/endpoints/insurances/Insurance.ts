/**
 * An insurance of a patient. The policy holder need not be the patient: holders and their addresses identify people too.
 * Their social security numbers, which the vendor sends in clear here, are removed where the record enters.
 *
 * Source: https://docs.athenahealth.com/api/api-ref/patient-insurance
 */
import { InsuranceId } from "../../ids/InsuranceId.ts"
import { OpaqueId } from "../../ids/OpaqueId.ts"
import { vendorDate } from "../../time/LocalDate.ts"
import { optional, required } from "../../wire/columns.ts"
import { opaqueIdentifier } from "../../wire/identifier.ts"
import { text } from "../../wire/text.ts"
import { wholeNumber } from "../../wire/wholeNumber.ts"
import { kindOfColumns, type RecordOf } from "../kindOfColumns.ts"
import type { RecordKind } from "../RecordKind.ts"

const insuranceColumns = {
  insuranceId: required("insuranceid", opaqueIdentifier(InsuranceId)),
  /** Of the vendor's catalogue of packages; `0` pays in cash. */
  insurancePackageId: optional("insurancepackageid", opaqueIdentifier(OpaqueId)),
  /** 1 is the first to be billed. Cancelled ones keep their number, so that several have the same. */
  sequenceNumber: optional("sequencenumber", wholeNumber),
  /** `Eligible`, `Unverified` … */
  eligibilityStatus: optional("eligibilitystatus", text),
  eligibilityCheckedOn: optional("eligibilitylastchecked", vendorDate),
  issuedOn: optional("issuedate", vendorDate),
  expiresOn: optional("expirationdate", vendorDate),
  /** Only on cancelled ones. */
  cancelledOn: optional("cancelled", vendorDate)
}

const insuranceDetails = {
  planName: optional("insuranceplanname", text),
  memberNumber: optional("insuranceidnumber", text),
  policyNumber: optional("policynumber", text),
  policyHolder: optional("insurancepolicyholder", text),
  /** `Self`, `Spouse` … */
  relationshipToHolder: optional("relationshiptoinsured", text)
}

export interface Insurance extends RecordOf<typeof insuranceColumns, typeof insuranceDetails> {}

export const insuranceKind: RecordKind<Insurance> = kindOfColumns({
  name: "insurance",
  idKey: "insuranceid",
  phi: {
    identifying: [
      "insurancepolicyholder",
      "insuranceidnumber",
      "policynumber",
      "insuranceplanname",
      "relationshiptoinsured",
      "*"
    ],
    linked: [
      "insuranceid",
      "sequencenumber",
      "eligibilitystatus",
      "eligibilitylastchecked",
      "issuedate",
      "expirationdate",
      "cancelled"
    ],
    none: ["insurancepackageid"]
  },
  columns: insuranceColumns,
  details: insuranceDetails
})
