/** Errors of the FHIR server (dossier E.1): `details` is a bare text, where FHIR would have an object. */
import type { ErrorAnswer } from "../render/errors.ts"

/** Content type of FHIR's answers. */
export const fhirContentType = "application/fhir+json"

/** A refusal. `[assumed]`: all codes but `business-rule`, and all statuses but 400. */
export const operationOutcome = (status: number, code: string, details: string): ErrorAnswer => ({
  status,
  contentType: fhirContentType,
  body: JSON.stringify({ resourceType: "OperationOutcome", issue: [{ severity: "error", code, details }] })
})

/** A search without `ah-practice`, or with an id that is none of FHIR's. */
export const invalidFhirRequest = operationOutcome(400, "business-rule", "Invalid FHIR request")

export const unknownResource = operationOutcome(404, "not-found", "Resource not found")

export const practiceForbidden = operationOutcome(403, "forbidden", "The practice did not authorise the app")
