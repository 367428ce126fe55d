/**
 * What a handler is given: the event, and the record that it is about.
 */
import type { Appointment } from "@athena-engine/athena-core/endpoints/appointments/Appointment"
import type { Encounter } from "@athena-engine/athena-core/endpoints/chart/Encounter"
import type { LabResult } from "@athena-engine/athena-core/endpoints/chart/LabResult"
import type { Claim } from "@athena-engine/athena-core/endpoints/claims/Claim"
import type { ClinicalResource } from "@athena-engine/athena-core/endpoints/fhir/ClinicalResource"
import type { Patient } from "@athena-engine/athena-core/endpoints/patients/Patient"
import type { Provider } from "@athena-engine/athena-core/endpoints/practice/Provider"
import type { RecordMisfit } from "@athena-engine/athena-core/endpoints/record"
import type { EventTopicName, EventType, TypeOfTopic } from "@athena-engine/athena-core/events/topics"
import type { DepartmentId } from "@athena-engine/athena-core/ids/DepartmentId"
import type { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import type { RunError } from "@athena-engine/sync/runs/RunError"
import { type DateTime, type Effect, Schema } from "effect"

/** Records that we have a table for: read and stored before any handler is called. */
export interface StoredRecords {
  readonly Appointment: Appointment
  readonly Patient: Patient
  readonly Provider: Provider
}

/** Records that are read when a handler asks for them. */
export interface ReadableRecords {
  readonly Claim: Claim
  readonly ClinicalEncounterDiagnosis: ClinicalResource
  readonly Encounter: Encounter
  readonly HistoricalMedication: ClinicalResource
  readonly HistoricalVaccine: ClinicalResource
  readonly LabResult: LabResult
  readonly PatientProblem: ClinicalResource
  readonly Prescription: ClinicalResource
}

/** The event lacks an id that the record's endpoint is asked by: the patient's, the department's, or FHIR's. */
export class RecordUnnamed extends Schema.TaggedError<RecordUnnamed>()("RecordUnnamed", {
  missing: Schema.Literals(["patientId", "departmentId", "logicalId"])
}) {
  override get message() {
    return `The event does not name its ${this.missing}, without which its record cannot be read.`
  }
}

/** Why a record could not be read. */
export type ReadError = RunError | RecordMisfit | RecordUnnamed

interface Told<Topic extends EventTopicName> {
  readonly topic: Topic
  /** `Appointment`: the type of the topic. */
  readonly type: TypeOfTopic<Topic>
  /** The vendor's: the same wherever the event is told again. */
  readonly eventId: string
  readonly practiceId: PracticeId
  /** The id in `/v1`, or the local part of the logical id. */
  readonly resourceId: string
  /** `a-195900.E-1`, where the event names the record as FHIR does. */
  readonly logicalId: string | undefined
  readonly patientId: PatientId | undefined
  readonly departmentId: DepartmentId | undefined
  /** When it was committed at the vendor's. */
  readonly occurredAt: DateTime.Utc | undefined
  readonly receivedAt: DateTime.Utc
  /** The same for every attempt, and another one for every handler and event: for whoever must not do a thing twice. */
  readonly idempotencyKey: string
  /** The first is 1. */
  readonly attempt: number
}

interface WithRecord<Type extends keyof StoredRecords> {
  /** As it was after the event, a minute old at most. `undefined`: the vendor knows it no longer, or it is in quarantine. */
  readonly record: StoredRecords[Type] | undefined
}

interface WithRead<Type extends keyof ReadableRecords> {
  /**
   * Reads the record as it is now: one audited call for all handlers of the event. A failure that is the practice's or the
   * budget's, and that the handler passes on, counts as no attempt.
   */
  readonly read: Effect.Effect<ReadableRecords[Type], ReadError>
}

/** Of the others no endpoint of ours reads one by its id: there are ids alone. */
type Content<Type extends EventType> = Type extends keyof StoredRecords
  ? WithRecord<Type>
  : Type extends keyof ReadableRecords
    ? WithRead<Type>
    : unknown

/** An event and its record, typed by the topic; of several topics, a union that `topic` and `type` tell apart. */
export type Delivery<Topic extends EventTopicName> = Topic extends EventTopicName
  ? Told<Topic> & Content<TypeOfTopic<Topic>>
  : never

/** A delivery of whatever topic. */
export interface AnyDelivery extends Told<EventTopicName> {
  readonly record?: unknown
  readonly read?: Effect.Effect<unknown, ReadError>
}
