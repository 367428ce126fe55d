/** Events that are fired by hand: every topic, those too that nothing in the simulated world brings about. */
import { Schema } from "effect"
import { topics } from "../fhir/topics.ts"
import { medicationGroups, problemRecords, vaccineRecords } from "../render/chart.ts"
import { claimIdOf, documentIdOf, encounterIdOf } from "../world/derivedIds.ts"
import type { Occurrence } from "../world/Occurrences.ts"
import type { PracticeWorld } from "../world/PracticeWorld.ts"
import { draw } from "../world/random.ts"
import { typeOfTopic } from "./topicFocus.ts"

/** What is to be fired. Where no record is named, one of the practice's is taken, by the seed. Nothing else happens to it. */
export const FiredEvent = Schema.Struct({
  practiceId: Schema.String,
  topic: Schema.String.check(
    Schema.makeFilter((topic) => topics.includes(topic), { expected: "one of the 62 topics of GET /simulator/topics" })
  ),
  /** The record's id in `/v1`. */
  id: Schema.optionalKey(Schema.String),
  patientId: Schema.optionalKey(Schema.String),
  departmentId: Schema.optionalKey(Schema.String),
  /** So many events, of as many records where none is named; 1 by default. */
  times: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100_000 })))
})
export type FiredEvent = typeof FiredEvent.Type

/** What came of it. */
export interface FiredResult {
  readonly eventIds: ReadonlyArray<string>
  /** Subscriptions that each of them is told to. */
  readonly subscriptions: number
}

/** The `n`th occurrence to fire. */
export const occurrenceOf = (fired: FiredEvent, practice: PracticeWorld, n: number, now: number): Occurrence => {
  const chosen = chooser(practice)(n)
  const type = typeOfTopic(fired.topic)
  const patientId = fired.patientId ?? (fired.id === undefined ? chosen.patientId : undefined)
  return {
    practiceId: practice.id,
    topic: fired.topic,
    localId: fired.id ?? localIdOf(type, practice, chosen, n),
    patientId: type === "Patient" ? (fired.id ?? patientId) : type.endsWith("Provider") ? undefined : patientId,
    departmentId: fired.departmentId ?? chosen.departmentId,
    at: now
  }
}

interface Chosen {
  readonly appointmentId: number
  readonly patientId: string | undefined
  readonly departmentId: string
  readonly providerId: string
}

const chosenAmong = new WeakMap<PracticeWorld, { readonly version: number; readonly rows: ReadonlyArray<Chosen> }>()

/** Rows with a patient, in a shuffled order that stays as long as the practice does. */
const chooser = (practice: PracticeWorld) => {
  const { version } = practice.appointments
  const known = chosenAmong.get(practice)
  const rows = known?.version === version ? known.rows : shuffled(practice)
  chosenAmong.set(practice, { version, rows })
  return (n: number): Chosen => rows[n % rows.length] as Chosen
}

/** Of a practice without appointments with a patient, an appointment that is not there. */
const nobody: Chosen = { appointmentId: 4_410_000, patientId: undefined, departmentId: "1", providerId: "1" }

const shuffled = (practice: PracticeWorld): ReadonlyArray<Chosen> => {
  const rows = practice.appointments
    .all()
    .filter(({ patientId, status }) => patientId !== undefined && status !== "x")
    .sort((a, b) => draw(41, a.id) - draw(41, b.id))
    .map((row) => ({
      appointmentId: row.id,
      patientId: String(row.patientId),
      departmentId: row.departmentId,
      providerId: row.providerId
    }))
  return rows.length === 0 ? [nobody] : rows
}

const localIdOf = (type: string, practice: PracticeWorld, chosen: Chosen, n: number): string => {
  const { appointmentId, patientId, providerId } = chosen
  switch (type) {
    case "Appointment":
      return String(appointmentId)
    case "Claim":
      return String(claimIdOf(appointmentId))
    case "Encounter":
      return String(encounterIdOf(appointmentId))
    case "ImagingResult":
      return String(documentIdOf(appointmentId, "imagingResult"))
    case "LabResult":
      return String(documentIdOf(appointmentId, "labResult"))
    case "Order":
      return String(documentIdOf(appointmentId, "order"))
    case "Prescription":
      return String(documentIdOf(appointmentId, "prescription"))
    case "PatientCase":
      return String(documentIdOf(appointmentId, "patientCase"))
    case "Patient":
      return patientId ?? "30001"
    case "Provider":
      return practice.providers.all[n % practice.providers.all.length]?.id ?? providerId
    case "ReferringProvider":
      return String(7000 + (n % 40))
    default:
      return chartEntryOf(type, practice, patientId)
  }
}

type Entry = Readonly<Record<string, unknown>>

/** The first of a patient's entries; where there is none, an entry that is not there. */
const chartEntryOf = (type: string, practice: PracticeWorld, patientId: string | undefined): string => {
  const person = practice.patients.get(Number(patientId))
  const entriesOf = (): readonly [ReadonlyArray<object>, string] => {
    if (person === undefined) return [[], ""]
    if (type === "HistoricalMedication") return [medicationGroups(practice, person).flat(), "medicationentryid"]
    if (type === "HistoricalVaccine") return [vaccineRecords(practice, person), "vaccineid"]
    return [problemRecords(practice, person), "problemid"]
  }
  const [entries, key] = entriesOf()
  return String((entries[0] as Entry | undefined)?.[key] ?? (Number(patientId ?? 0) % 100_000) * 10 + 9)
}
