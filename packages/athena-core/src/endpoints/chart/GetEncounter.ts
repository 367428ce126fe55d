import type { EncounterId } from "../../ids/EncounterId.ts"
import type { PatientId } from "../../ids/PatientId.ts"
import { patientDataRecord, type RecordQuery } from "../record.ts"
import { encounterKind } from "./Encounter.ts"

export interface EncounterQuery extends RecordQuery {
  readonly encounterId: EncounterId
  /** Whose encounter it is: for the audit trail alone, as neither path nor answer need name the patient. */
  readonly patientId: PatientId
}

/** One encounter by id: mind the singular of the path. Recorded, an array of one. */
export const GetEncounter = patientDataRecord({
  name: "GetEncounter",
  verb: "GET",
  path: "/v1/{practiceid}/chart/encounter/{encounterid}",
  vendorPage: "https://docs.athenahealth.com/api/api-ref/encounter-chart",
  evidence: "recorded",
  repeat: "safe",
  phi: encounterKind.phi,
  auditedParameters: [],
  kind: encounterKind,
  pathOf: (query: EncounterQuery) => ({ encounterid: query.encounterId }),
  parameters: () => ({}),
  asked: (query) => ({ patientIds: [query.patientId], appointmentIds: [] })
})
