/**
 * A patient's chart as recordings show it, the same for the same patient every time. Two of the stamps of a chart are ISO
 * with an offset, its days are `MM/DD/YYYY`, its ids mostly numbers.
 */
import { isoDate, usDate } from "../world/calendar.ts"
import type { Person } from "../world/Person.ts"
import type { PracticeWorld } from "../world/PracticeWorld.ts"
import { draw, pick } from "../world/random.ts"

const conditions = [
  { name: "Essential hypertension", code: "59621000" },
  { name: "Seasonal allergic rhinitis", code: "367498001" },
  { name: "Low back pain", code: "279039007" },
  { name: "Migraine", code: "37796009" }
]
const drugs = ["Samplestatin 20 mg tablet", "Examplopril 10 mg tablet", "Placebrin 100 mg capsule"]
const substances = [
  { id: 12483, name: "peanut" },
  { id: 13785, name: "ibuprofen" },
  { id: 17665, name: "gluten" }
]
const shots = ["influenza, seasonal", "tetanus toxoid", "hepatitis B"]

/** So many of something, each with bits of its own. */
const some = <A>(
  practice: PracticeWorld,
  person: Person,
  what: number,
  most: number,
  make: (n: number, bits: number) => A
): ReadonlyArray<A> => {
  const bits = (n: number) => draw(93 + what, Number(practice.id), person.id, n)
  return Array.from({ length: bits(0) % (most + 1) }, (_, n) => make(n, bits(n + 1)))
}

const dayOf = (person: Person, bits: number): number => person.registrationDay + (bits % 700)
const stamp = (day: number): string => `${isoDate(day)}T09:15:31-04:00`

export const problemRecords = (practice: PracticeWorld, person: Person): ReadonlyArray<object> =>
  some(practice, person, 1, 3, (n, bits) => {
    const day = dayOf(person, bits)
    const { code, name } = pick(conditions, bits)
    return {
      problemid: (person.id % 100_000) * 10 + n,
      name,
      code,
      codeset: "SNOMED",
      lastmodifieddatetime: stamp(day),
      lastmodifiedby: "API-2834",
      deactivateddate: bits % 5 === 0 ? usDate(day) : undefined,
      events: [{ eventtype: "START", startdate: usDate(day - 3), status: "CHRONIC", note: "Told on the telephone." }]
    }
  })

/** The entries of one drug are a group, an array in the array. */
export const medicationGroups = (practice: PracticeWorld, person: Person): ReadonlyArray<ReadonlyArray<object>> =>
  some(practice, person, 2, 2, (n, bits) =>
    Array.from({ length: 1 + (bits % 2) }, (_, entry) => ({
      medicationentryid: `${pick(["H", "C"], bits + entry)}${(person.id % 100_000) * 10 + n * 2 + entry}`,
      medicationid: 231_000 + (bits % 900),
      medication: pick(drugs, bits),
      unstructuredsig: "Take one by mouth every day.",
      status: entry === 1 ? "REVIEW" : undefined,
      source: "API-2834",
      isstructuredsig: false,
      events: [{ eventdate: usDate(dayOf(person, bits)), type: "ENTER" }],
      lastmodifieddate: bits % 2 === 0 ? usDate(dayOf(person, bits)) : undefined
    }))
  )

export const allergyRecords = (practice: PracticeWorld, person: Person): ReadonlyArray<object> =>
  some(practice, person, 3, 2, (n, bits) => {
    const substance = substances[(bits + n) % substances.length] as (typeof substances)[number]
    return {
      allergenid: substance.id,
      allergenname: substance.name,
      reactions: bits % 2 === 0 ? [] : [{ reactionname: "hives", snomedcode: 126_485_001 }],
      onsetdate: bits % 3 === 0 ? usDate(dayOf(person, bits)) : undefined,
      lastmodifieddatetime: stamp(dayOf(person, bits)),
      lastmodifiedby: "API-2834"
    }
  })

export const vaccineRecords = (practice: PracticeWorld, person: Person): ReadonlyArray<object> =>
  some(practice, person, 4, 3, (n, bits) => ({
    vaccineid: `H${(person.id % 100_000) * 10 + n}`,
    description: pick(shots, bits),
    status: "ADMINISTERED",
    administerdate: usDate(dayOf(person, bits))
  }))

/** Readings of one moment are a group. */
export const vitalRecords = (practice: PracticeWorld, person: Person): ReadonlyArray<object> => {
  const reading = (n: number, element: string, value: string, day: number) => ({
    vitalid: (person.id % 100_000) * 10 + n,
    clinicalelementid: element,
    value,
    readingid: 0,
    readingtaken: usDate(day),
    source: "ENCOUNTER"
  })
  return some(practice, person, 5, 1, (_, bits) => {
    const day = dayOf(person, bits)
    return [
      {
        abbreviation: "BP",
        ordering: 0,
        readings: [
          [
            reading(1, "VITALS.BLOODPRESSURE.SYSTOLIC", String(110 + (bits % 30)), day),
            reading(2, "VITALS.BLOODPRESSURE.DIASTOLIC", String(70 + (bits % 15)), day)
          ]
        ]
      },
      {
        abbreviation: "Wt",
        ordering: 1,
        readings: [[reading(3, "VITALS.WEIGHT", String(60_000 + (bits % 30_000)), day)]]
      }
    ]
  }).flat()
}

export const labResultRecords = (practice: PracticeWorld, person: Person): ReadonlyArray<object> =>
  some(practice, person, 6, 3, (n, bits) => ({
    labresultid: (person.id % 100_000) * 10 + n,
    priority: "2",
    description: "lab result",
    attachmentexists: false,
    resultstatus: bits % 2 === 0 ? "final" : undefined,
    labresultdate: bits % 3 === 0 ? undefined : usDate(dayOf(person, bits)),
    analytes: [{ analyteid: bits % 9000, analytename: "HGB A1C", value: "5", units: "%" }]
  }))
