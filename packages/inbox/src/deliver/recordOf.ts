/**
 * How the record of an event is read, by its type. Of the types that are missing, the core has no endpoint that reads one by its
 * id: imaging results, orders, patient cases, referring providers.
 *
 * Source: athenahealth's event platform (README, 6.1), which names the call-back of each topic.
 */
import type { AuditTrail } from "@athena-engine/athena-core/audit/AuditTrail"
import { GetEncounter } from "@athena-engine/athena-core/endpoints/chart/GetEncounter"
import { ListLabResults } from "@athena-engine/athena-core/endpoints/chart/ListLabResults"
import { GetClaim } from "@athena-engine/athena-core/endpoints/claims/GetClaim"
import type { ClinicalQuery } from "@athena-engine/athena-core/endpoints/fhir/clinical"
import { GetFhirCondition } from "@athena-engine/athena-core/endpoints/fhir/GetFhirCondition"
import { GetFhirImmunization } from "@athena-engine/athena-core/endpoints/fhir/GetFhirImmunization"
import { GetFhirMedicationRequest } from "@athena-engine/athena-core/endpoints/fhir/GetFhirMedicationRequest"
import { AthenaError, RecordNotFound } from "@athena-engine/athena-core/errors/AthenaError"
import type { Athena } from "@athena-engine/athena-core/http/Athena"
import { templateOf } from "@athena-engine/athena-core/http/EndpointDescription"
import { ClaimId } from "@athena-engine/athena-core/ids/ClaimId"
import type { DepartmentId } from "@athena-engine/athena-core/ids/DepartmentId"
import { EncounterId } from "@athena-engine/athena-core/ids/EncounterId"
import { parseFhirId } from "@athena-engine/athena-core/ids/FhirId"
import type { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { Effect, Option, Stream } from "effect"
import { type ReadableRecords, type ReadError, RecordUnnamed } from "../handlers/Delivery.ts"

/** The ids that an event gives. */
export interface EventIds {
  readonly practiceId: PracticeId
  readonly resourceId: string
  readonly logicalId: string | undefined
  readonly patientId: PatientId | undefined
  readonly departmentId: DepartmentId | undefined
}

type Read<A> = (ids: EventIds) => Effect.Effect<A, ReadError, Athena | AuditTrail>

const needed = <Key extends "patientId" | "departmentId" | "logicalId">(ids: EventIds, missing: Key) => {
  const id = ids[missing]
  return id === undefined ? Effect.fail(new RecordUnnamed({ missing })) : Effect.succeed(id)
}

/** What the audit trail is told before the call, where the patient is known. */
const ofPatient = ({ patientId }: EventIds) => (patientId === undefined ? {} : { patientId })

const fhir =
  <A, E extends ReadError>(endpoint: {
    readonly read: (query: ClinicalQuery) => Effect.Effect<A, E, Athena | AuditTrail>
  }): Read<A> =>
  (ids) =>
    Effect.gen(function* () {
      const id = parseFhirId(yield* needed(ids, "logicalId"))
      if (id === undefined) return yield* new RecordUnnamed({ missing: "logicalId" })
      return yield* endpoint.read({ practiceId: ids.practiceId, id, ...ofPatient(ids) })
    })

const readers: { readonly [Type in keyof ReadableRecords]: Read<ReadableRecords[Type]> } = {
  Claim: (ids) =>
    GetClaim.read({ practiceId: ids.practiceId, claimId: ClaimId.make(ids.resourceId), ...ofPatient(ids) }),
  ClinicalEncounterDiagnosis: fhir(GetFhirCondition),
  Encounter: (ids) =>
    Effect.flatMap(needed(ids, "patientId"), (patientId) =>
      GetEncounter.read({ practiceId: ids.practiceId, encounterId: EncounterId.make(ids.resourceId), patientId })
    ),
  HistoricalMedication: fhir(GetFhirMedicationRequest),
  HistoricalVaccine: fhir(GetFhirImmunization),
  // A list: the document's own endpoint is not among ours.
  LabResult: (ids) =>
    Effect.gen(function* () {
      const patientId = yield* needed(ids, "patientId")
      const departmentId = yield* needed(ids, "departmentId")
      const found = yield* ListLabResults.records({ practiceId: ids.practiceId, patientId, departmentId }).pipe(
        Stream.filter(({ labResultId }) => labResultId === ids.resourceId),
        Stream.runHead
      )
      return yield* Option.match(found, { onSome: Effect.succeed, onNone: () => labResultNotFound(ids.practiceId) })
    }),
  PatientProblem: fhir(GetFhirCondition),
  Prescription: fhir(GetFhirMedicationRequest)
}

const labResultNotFound = (practiceId: PracticeId) =>
  new AthenaError({
    endpoint: templateOf(ListLabResults.description),
    practiceId: Option.some(practiceId),
    requestId: Option.none(),
    attempts: 1,
    reason: new RecordNotFound()
  })

const isReadable = (type: string): type is keyof ReadableRecords => Object.hasOwn(readers, type)

/** Reads the record of an event of this type; `undefined`: none of ours does. */
export const recordOf = (type: string): Read<ReadableRecords[keyof ReadableRecords]> | undefined =>
  isReadable(type) ? readers[type] : undefined
