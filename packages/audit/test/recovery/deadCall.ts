import type { AccessIntent, AccessOutcome } from "@athena-engine/athena-core/audit/AuditTrail"
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"

/** A list of one day, whose patients nobody knows before its answer. */
export const intent: AccessIntent = {
  practiceId: PracticeId.make("195900"),
  action: "E",
  endpoint: "GET /v1/{practiceid}/appointments/booked",
  parameters: { startdate: "06/01/2019", enddate: "06/01/2019" },
  patientIds: [],
  appointmentIds: []
}

export const outcome = (): AccessOutcome => ({
  outcome: "success",
  errorTag: undefined,
  patientIds: [],
  appointmentIds: [],
  records: 0,
  attempts: 1,
  requestId: undefined
})
