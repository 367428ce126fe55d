/** What the focus of a topic's events holds (dossier H.3): which types of records can be read through FHIR, which through `/v1`. */
import { logicalId } from "../fhir/fhirIds.ts"

interface FocusForms {
  /** Type of resource and kind of logical id, where FHIR can read it. The kinds but `E` and `encounter` are [assumed]. */
  readonly fhir?: readonly [resourceType: string, kind: string]
  /** Name in `urn:athenahealth:athenanet:…`, where `/v1` can read it. All but three of them are [assumed]. */
  readonly entity?: string
}

const forms: Readonly<Record<string, FocusForms>> = {
  Appointment: { entity: "appointment" },
  Claim: { entity: "claim" },
  ClinicalEncounterDiagnosis: { fhir: ["Condition", "Diagnosis"] },
  Encounter: { fhir: ["Encounter", "encounter"], entity: "encounter" },
  HistoricalMedication: { fhir: ["MedicationRequest", "Medication"], entity: "historicalmedication" },
  HistoricalVaccine: { fhir: ["Immunization", "Vaccine"], entity: "historicalvaccine" },
  ImagingResult: { entity: "imagingresult" },
  LabResult: { entity: "labresult" },
  Order: { entity: "order" },
  Patient: { fhir: ["Patient", "E"], entity: "patient" },
  PatientCase: { entity: "patientcase" },
  PatientProblem: { fhir: ["Condition", "Problem"], entity: "patientproblem" },
  Prescription: { fhir: ["MedicationRequest", "Prescription"], entity: "prescription" },
  Provider: { fhir: ["Practitioner", "Provider"], entity: "provider" },
  ReferringProvider: { entity: "referringprovider" }
}

export const typeOfTopic = (topic: string): string => topic.split(".")[0] ?? ""

/** `identifier`, `reference` or `both`: what the vendor may send. */
export const focusFormsOf = (topic: string): "identifier" | "reference" | "both" => {
  const { entity, fhir } = forms[typeOfTopic(topic)] ?? {}
  if (fhir === undefined) return "identifier"
  return entity === undefined ? "reference" : "both"
}

/** The focus of an event. `as` is looked at where both forms are known. */
export const focusOf = (
  topic: string,
  practiceId: string,
  localId: string,
  as: "identifier" | "reference" | "both"
): object => {
  const { entity, fhir } = forms[typeOfTopic(topic)] ?? {}
  const reference = fhir === undefined ? {} : { reference: `${fhir[0]}/${logicalId(practiceId, fhir[1], localId)}` }
  const identifier =
    entity === undefined
      ? {}
      : { identifier: { system: `urn:athenahealth:athenanet:${entity}:${practiceId}`, value: localId } }
  if (fhir === undefined || entity === undefined || as === "both") return { ...reference, ...identifier }
  return as === "reference" ? reference : identifier
}
