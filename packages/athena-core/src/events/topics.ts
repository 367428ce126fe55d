/**
 * The topics of the event platform: what happens, and to which type of record.
 *
 * There is no `Appointment.create`, no `Appointment.delete` and no `LabResult.delete`.
 *
 * Source: https://github.com/athenahealth/aone-fhir-subscriptions (README, 6.1).
 */

/** What records of a type are called where an event names one. */
export interface EventRecordType {
  /** `Appointment`: the part of a topic before the dot. */
  readonly type: string
  /** The type of resource that FHIR reads it as; `undefined` where only `/v1` has it. */
  readonly fhirType: string | undefined
  /**
   * The entity in `urn:athenahealth:athenanet:{entity}:{practiceid}`; `undefined` where only FHIR has it. Seen are
   * `appointment`, `order` and `patient`; the others follow the type [assumed].
   */
  readonly entity: string | undefined
}

/** A topic that can be subscribed to. */
export interface EventTopic {
  /** `Appointment.check-in`. */
  readonly name: EventTopicName
  /** `Appointment`. */
  readonly type: EventType
  /** `check-in`. */
  readonly event: string
}

const create = ["create", "delete", "update"] as const

const table = [
  [
    "Appointment",
    undefined,
    "appointment",
    ["cancel", "check-in", "check-out", "freeze", "reschedule", "schedule", "unfreeze", "update"]
  ],
  ["Claim", undefined, "claim", create],
  ["ClinicalEncounterDiagnosis", "Condition", undefined, create],
  ["Encounter", "Encounter", "encounter", ["check-in", "reopen", "signoff"]],
  ["HistoricalMedication", "MedicationRequest", "historicalmedication", create],
  ["HistoricalVaccine", "Immunization", "historicalvaccine", create],
  ["ImagingResult", undefined, "imagingresult", ["close", "create", "delete", "reopen", "update"]],
  ["LabResult", undefined, "labresult", ["close", "create", "update"]],
  ["Order", undefined, "order", ["cancel", "deny", "perform", "signoff", "submit", "update"]],
  ["Patient", "Patient", "patient", ["create", "delete", "merge", "update"]],
  ["PatientCase", undefined, "patientcase", ["add-note", "create", "update"]],
  ["PatientProblem", "Condition", "patientproblem", create],
  [
    "Prescription",
    "MedicationRequest",
    "prescription",
    ["create", "delete", "preapprove", "refill-create", "refill-update", "reopen", "update"]
  ],
  ["Provider", "Practitioner", "provider", ["create", "delete", "undelete", "update"]],
  ["ReferringProvider", undefined, "referringprovider", ["create", "delete", "undelete", "update"]]
] as const satisfies ReadonlyArray<
  readonly [type: string, fhirType: string | undefined, entity: string | undefined, events: ReadonlyArray<string>]
>

type Row = (typeof table)[number]
type TopicIn<R extends Row> = R extends Row ? `${R[0]}.${R[3][number]}` : never

/** `Appointment`: the types of records that events tell of. */
export type EventType = Row[0]

/** `Appointment.check-in`: the topics by name. */
export type EventTopicName = TopicIn<Row>

/** The type of a topic's records. */
export type TypeOfTopic<Name extends EventTopicName> = Name extends `${infer Type extends EventType}.${string}`
  ? Type
  : never

/** The 15 types of records that events tell of. */
export const eventRecordTypes: ReadonlyArray<EventRecordType> = table.map(([type, fhirType, entity]) => ({
  type,
  fhirType,
  entity
}))

/** All 62 topics. */
export const eventTopics: ReadonlyArray<EventTopic> = table.flatMap(([type, , , events]) =>
  events.map((event): EventTopic => ({ name: `${type}.${event}` as EventTopicName, type, event }))
)

const topicsByName: ReadonlyMap<string, EventTopic> = new Map(eventTopics.map((topic) => [topic.name, topic]))
const typesByName: ReadonlyMap<string, EventRecordType> = new Map(
  eventRecordTypes.map((recordType) => [recordType.type, recordType])
)

/** The topic of that name, in the vendor's spelling; `undefined` if there is none. */
export const topicNamed = (name: string): EventTopic | undefined => topicsByName.get(name)

/** What records of the type are called; `undefined` if no topic tells of it. */
export const eventRecordType = (type: string): EventRecordType | undefined => typesByName.get(type)
