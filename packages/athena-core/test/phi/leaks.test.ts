import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { Redacted, Schema } from "effect"
import { appointmentKind } from "../../src/endpoints/appointments/Appointment.ts"
import { patientKind } from "../../src/endpoints/patients/Patient.ts"
import type { RecordKind } from "../../src/endpoints/RecordKind.ts"
import { removeNeverStored } from "../../src/phi/neverStored.ts"
import { reveal, revealText } from "../../src/phi/reveal.ts"
import { received } from "../support/received.ts"

const marker = "Zquuxwyvern"

/** Every way that a value gets printed by accident. */
const printed = (value: unknown) =>
  [
    String(value),
    `${JSON.stringify(value)}`,
    inspect(value, { depth: 30, showHidden: true }),
    JSON.stringify([value])
  ].join("\n")

/** Puts the marker into every string and key of a JSON value. */
const mark = (value: Schema.Json): Schema.Json => {
  if (typeof value === "string") return `${value}${marker}`
  if (Array.isArray(value)) return value.map(mark)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [`${key}${marker}`, mark(item)]))
}

const appointment = {
  appointmentid: "1",
  appointmentstatus: "f",
  date: "06/03/2019",
  starttime: "09:15",
  departmentid: "1",
  patientid: "7"
}
const patient = { patientid: "7", status: "active", dob: "01/02/1990" }
const free: Record<string, ReadonlyArray<string>> = {
  patient: ["firstname", "lastname", "email", "mobilephone", "sex", "notes", "customfields", "guarantorlastname"],
  appointment: ["appointmentnotes", "patient", "cancelreasonname", "insurances", "claims", "anythingnew"]
}

const kinds: ReadonlyArray<[RecordKind<unknown>, Readonly<Record<string, unknown>>]> = [
  [patientKind, patient],
  [appointmentKind, appointment]
]

describe("a decoded record", () => {
  for (const [kind, base] of kinds) {
    it.prop(
      `prints nothing of what identifies a person (${kind.name})`,
      [Schema.Json, Schema.Array(Schema.Json)],
      ([value, others]) => {
        const names = free[kind.name] ?? []
        const raw = {
          ...base,
          ...Object.fromEntries(names.map((name, index) => [name, mark(others[index] ?? value)])),
          lastname: marker,
          appointmentnotes: [{ id: 1, text: marker }]
        }
        const { records, misfits } = received(kind, [raw])
        assert.strictEqual(records.length + misfits.length, 1)
        assert.notInclude(printed(records), marker)
        assert.notInclude(printed(misfits), marker)
        for (const record of records) assert.notInclude(printed(record), marker)
      },
      { arbitrary: { runs: 200 } }
    )

    it.prop(
      `that does not fit prints nothing of itself (${kind.name})`,
      [Schema.Record(Schema.String, Schema.Json)],
      ([record]) => {
        const raw = {
          [kind.idKey]: "7",
          ...(mark(record) as Record<string, unknown>),
          departmentid: [marker],
          dob: marker
        }
        const { misfits } = received(kind, [raw])
        assert.strictEqual(misfits.length, 1)
        assert.notInclude(printed(misfits), marker)
      }
    )
  }

  it("gives its protected values up to the one function that reveals", () => {
    const [decoded] = received(patientKind, [{ ...patient, lastname: marker }]).records
    assert.isDefined(decoded)
    assert.strictEqual(reveal(decoded.identity, "integration").lastName, marker)
    assert.strictEqual(reveal(decoded.raw, "storage")["lastname"], marker)
    assert.deepStrictEqual(JSON.parse(revealText(decoded.raw, "storage")), { ...patient, lastname: marker })
    assert.isTrue(Redacted.isRedacted(decoded.identity))
  })
})

describe("never-stored fields", () => {
  it.prop(
    "are gone at any depth, and everything else stays",
    [
      Schema.Json,
      Schema.Literals([
        "ssn",
        "SSN",
        "guarantorssn",
        "insurancepolicyholderssn",
        "driverslicense",
        "DriversLicenseNumber"
      ]),
      Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 6 }))
    ],
    ([value, name, depth]) => {
      let planted: unknown = { kept: 1, [name]: [mark(value), marker] }
      let expected: unknown = { kept: 1 }
      for (let level = 0; level < depth; level++) {
        planted = level % 2 === 0 ? { inner: planted, other: true } : [planted, null]
        expected = level % 2 === 0 ? { inner: expected, other: true } : [expected, null]
      }
      assert.deepStrictEqual(removeNeverStored(planted), expected)
    }
  )
})
