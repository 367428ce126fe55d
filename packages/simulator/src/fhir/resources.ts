/**
 * Resources of FHIR R4, rendered from the same world as the records of `/v1`. US Core's elements [assumed]: no answer of
 * the vendor's was recorded. The kinds of logical ids but `E` and `encounter` are assumed as well.
 */
import { medicationGroups, problemRecords, vaccineRecords } from "../render/chart.ts"
import { hasEncounter } from "../render/encounter.ts"
import type { Appointment } from "../world/Appointment.ts"
import { clockTime, isoDate, parseUsDate } from "../world/calendar.ts"
import { encounterIdOf } from "../world/derivedIds.ts"
import type { Person } from "../world/Person.ts"
import type { PracticeWorld } from "../world/PracticeWorld.ts"
import { logicalId } from "./fhirIds.ts"

export interface Resource {
  readonly resourceType: string
  readonly id: string
  readonly [element: string]: unknown
}

/** A resource, and the patient whom it is about, if it is about one. */
export interface Rendered {
  readonly resource: Resource
  readonly patientId: number | undefined
}

const patientReference = (practice: PracticeWorld, patientId: number) => ({
  reference: `Patient/${logicalId(practice.id, "E", patientId)}`
})

const genders = { F: "female", M: "male" } as const

const contact = (system: string, value: string | undefined, use: string, marked: (text: string) => string) =>
  value === undefined ? [] : [{ system, value: marked(value), use }]

/** `marked` plants a marker in what identifies, while a fault says so. */
export const patientResource = (
  practice: PracticeWorld,
  person: Person,
  marked: (text: string) => string
): Rendered => ({
  patientId: person.id,
  resource: {
    ...base("Patient", practice, "E", person.id, isoDate(person.registrationDay + 400)),
    identifier: [{ system: `urn:athenahealth:athenanet:patient:${practice.id}`, value: String(person.id) }],
    active: person.status === "active",
    name: [
      {
        use: "official",
        family: marked(person.lastName),
        given: [person.firstName, ...(person.middleName === undefined ? [] : [person.middleName])].map(marked)
      }
    ],
    telecom: [
      ...contact("phone", person.homePhone, "home", marked),
      ...contact("phone", person.mobilePhone, "mobile", marked),
      ...contact("email", person.email, "home", marked)
    ],
    gender: person.sex === undefined ? "unknown" : genders[person.sex],
    birthDate: isoDate(person.birthDay),
    managingOrganization: { reference: `Organization/${logicalId("1", "Practice", practice.id)}` }
  }
})

const base = (resourceType: string, practice: PracticeWorld, kind: string, localId: number | string, day: string) => ({
  resourceType,
  id: logicalId(practice.id, kind, localId),
  meta: { lastUpdated: `${day}T12:00:00.000Z` }
})

const startOf = (appointment: Appointment): string =>
  `${isoDate(appointment.day)}T${clockTime(appointment.minutes)}:00-04:00`

const statuses = { f: "booked", o: "proposed", x: "cancelled", "2": "arrived", "3": "fulfilled", "4": "fulfilled" }

/** Open slots are none. */
export const appointmentResource = (practice: PracticeWorld, row: Appointment): Rendered | undefined =>
  row.patientId === undefined
    ? undefined
    : {
        patientId: row.patientId,
        resource: {
          ...base("Appointment", practice, "Appointment", row.id, isoDate(row.day)),
          status: statuses[row.status],
          start: startOf(row),
          minutesDuration: row.durationMinutes,
          participant: [{ actor: patientReference(practice, row.patientId), status: "accepted" }]
        }
      }

/** One for each appointment whose patient came. */
export const encounterResource = (practice: PracticeWorld, row: Appointment): Rendered | undefined =>
  row.patientId === undefined || !hasEncounter(row)
    ? undefined
    : {
        patientId: row.patientId,
        resource: {
          ...base("Encounter", practice, "encounter", encounterIdOf(row.id), isoDate(row.day + 1)),
          status: row.status === "2" ? "in-progress" : "finished",
          subject: patientReference(practice, row.patientId),
          period: { start: startOf(row) }
        }
      }

type Entry = Readonly<Record<string, unknown>>

const dayOf = (value: unknown): string => {
  const day = typeof value === "string" ? parseUsDate(value) : undefined
  return day === undefined ? "2019-06-01" : isoDate(day)
}

/** What a patient's chart holds of one type. */
export const chartResources = {
  Condition: (practice: PracticeWorld, person: Person): ReadonlyArray<Rendered> =>
    (problemRecords(practice, person) as ReadonlyArray<Entry>).map((entry) => ({
      patientId: person.id,
      resource: {
        ...base("Condition", practice, "Problem", String(entry["problemid"]), "2019-06-01"),
        code: { text: entry["name"], coding: [{ system: "http://snomed.info/sct", code: entry["code"] }] },
        subject: patientReference(practice, person.id)
      }
    })),
  MedicationRequest: (practice: PracticeWorld, person: Person): ReadonlyArray<Rendered> =>
    (medicationGroups(practice, person).flat() as ReadonlyArray<Entry>).map((entry) => ({
      patientId: person.id,
      resource: {
        ...base("MedicationRequest", practice, "Medication", String(entry["medicationentryid"]), "2019-06-01"),
        status: "active",
        intent: "order",
        medicationCodeableConcept: { text: entry["medication"] },
        subject: patientReference(practice, person.id)
      }
    })),
  Immunization: (practice: PracticeWorld, person: Person): ReadonlyArray<Rendered> =>
    (vaccineRecords(practice, person) as ReadonlyArray<Entry>).map((entry) => ({
      patientId: person.id,
      resource: {
        ...base("Immunization", practice, "Vaccine", String(entry["vaccineid"]), dayOf(entry["administerdate"])),
        status: "completed",
        vaccineCode: { text: entry["description"] },
        occurrenceDateTime: dayOf(entry["administerdate"]),
        patient: patientReference(practice, person.id)
      }
    }))
} as const
