import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { AppointmentId } from "../../src/ids/AppointmentId.ts"
import { AppointmentTypeId } from "../../src/ids/AppointmentTypeId.ts"
import { DepartmentId } from "../../src/ids/DepartmentId.ts"
import { PatientId } from "../../src/ids/PatientId.ts"
import { PracticeId } from "../../src/ids/PracticeId.ts"
import { ProviderId } from "../../src/ids/ProviderId.ts"
import { ClockTime, clockTime } from "../../src/time/clockTime.ts"
import { vendorDate } from "../../src/time/LocalDate.ts"
import { columns, optional, required } from "../../src/wire/columns.ts"
import { flag } from "../../src/wire/flag.ts"
import { identifier } from "../../src/wire/identifier.ts"
import { text } from "../../src/wire/text.ts"
import { wholeNumber } from "../../src/wire/wholeNumber.ts"

const marker = "Zquuxwyvern"

const Slot = columns("Slot", {
  id: required("appointmentid", identifier(AppointmentId)),
  date: required("date", vendorDate),
  duration: optional("duration", wholeNumber),
  isFrozen: optional("frozen", flag),
  name: optional("name", text)
})
const decode = Schema.decodeUnknownResult(Slot)
const encode = Schema.encodeUnknownResult(Slot)
const least = { appointmentid: "5", date: "06/03/2019" }

describe("columns", () => {
  it.each<[string, unknown]>([
    ["an absent key", undefined],
    ["null", null],
    ["an empty text", ""],
    ["blanks", "  "]
  ])("read %s as no value", (_, value) => {
    const decoded = Result.getOrThrow(
      decode(value === undefined ? least : { ...least, duration: value, frozen: value, name: value })
    )
    assert.deepStrictEqual(decoded, {
      id: AppointmentId.make("5"),
      date: decoded.date,
      duration: undefined,
      isFrozen: undefined,
      name: undefined
    })
    assert.isTrue(Result.isFailure(decode({ ...least, appointmentid: value })))
  })

  it.each<[string, unknown, string, unknown]>([
    ["duration as text (2016)", { duration: "15" }, "duration", 15],
    ["duration as a number (2019)", { duration: 30 }, "duration", 30],
    ["frozen as text", { frozen: "true" }, "isFrozen", true],
    ["frozen as text, false", { frozen: "false" }, "isFrozen", false],
    ["frozen as a boolean", { frozen: false }, "isFrozen", false],
    ["frozen as Y", { frozen: "Y" }, "isFrozen", true],
    ["frozen as N", { frozen: "N" }, "isFrozen", false],
    ["frozen as 1", { frozen: 1 }, "isFrozen", true],
    ["frozen as 0", { frozen: "0" }, "isFrozen", false],
    ["frozen as False", { frozen: "False" }, "isFrozen", false],
    ["an id as a number", { appointmentid: 71 }, "id", "71"],
    ["an id with leading zeros", { appointmentid: "026" }, "id", "026"],
    ["an id below zero", { appointmentid: "-5" }, "id", "-5"],
    ["an id with letters", { appointmentid: "H228145" }, "id", "H228145"],
    ["a date without leading zeros", { date: "6/3/2019" }, "date", "2019-06-03"],
    ["the sentinel date", { date: "01/01/0001" }, "date", "0001-01-01"],
    ["the sentinel date as one server prints it", { date: "01/01/   1" }, "date", "0001-01-01"],
    ["a name as a number", { name: 7 }, "name", "7"]
  ])("read %s", (_, overrides, key, expected) => {
    const decoded = Result.getOrThrow(decode({ ...least, ...(overrides as object) }))
    assert.strictEqual((decoded as Readonly<Record<string, unknown>>)[key], expected)
  })

  it.each<[string, unknown]>([
    ["duration", "15.5"],
    ["duration", 15.5],
    ["duration", marker],
    ["duration", true],
    ["duration", "99999999999999999999"],
    ["duration", { marker }],
    ["frozen", marker],
    ["frozen", "constructor"],
    ["frozen", "__proto__"],
    ["frozen", 2],
    ["frozen", []],
    ["appointmentid", true],
    ["appointmentid", 1.5],
    ["appointmentid", [marker]],
    ["date", "2019-06-03"],
    ["date", "13/01/2019"],
    ["date", "02/29/2019"],
    ["date", 20_190_603],
    ["date", marker],
    ["name", { first: marker }]
  ])("refuse %s as %j, naming the place and never the value", (key, value) => {
    const decoded = decode({ ...least, [key]: value })
    assert.isTrue(Result.isFailure(decoded))
    if (Result.isFailure(decoded)) {
      assert.include(decoded.failure.message, `["${key}"]`)
      assert.notInclude(inspect(decoded.failure, { depth: 20 }), marker)
    }
  })

  it.prop(
    "give back what they were printed from",
    {
      id: Schema.Int,
      duration: Schema.UndefinedOr(Schema.Int),
      isFrozen: Schema.UndefinedOr(Schema.Boolean),
      name: Schema.UndefinedOr(Schema.String)
    },
    ({ id, duration, isFrozen, name }) => {
      const wire = { ...least, appointmentid: id, duration, frozen: isFrozen, name }
      const decoded = Result.getOrThrow(decode(wire))
      assert.deepStrictEqual(Result.getOrThrow(decode(Result.getOrThrow(encode(decoded)))), decoded)
    }
  )

  it.prop(
    "never throw, whatever a record is",
    [Schema.Json, Schema.Json],
    ([record, value]) => {
      decode(record)
      decode({ ...least, date: value, duration: value, frozen: value, name: value })
    },
    { arbitrary: { runs: 300 } }
  )
})

describe("ids", () => {
  const kinds = { AppointmentId, AppointmentTypeId, DepartmentId, PatientId, ProviderId, PracticeId }
  for (const [name, id] of Object.entries(kinds)) {
    it.prop(
      `${name} reads a number and its text as the same one, and prints it back`,
      [Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 999_999_999_999 }))],
      ([value]) => {
        const scalar = identifier<string>(id)
        const read = scalar.parse(value)
        assert.strictEqual(read, String(value))
        assert.strictEqual(scalar.parse(` ${value} `), read)
        assert.strictEqual(scalar.parse(scalar.print(read ?? "")), read)
      }
    )
  }

  it.each(["", "  ", "12a", "-1", "1234567890123"])("%j is no practice", (value) => {
    assert.isUndefined(identifier(PracticeId).parse(value))
  })
})

describe("a time of day", () => {
  const minutes = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1439 }))
  it.prop("is read back as it was printed", [minutes], ([value]) => {
    const time = `${String(Math.floor(value / 60)).padStart(2, "0")}:${String(value % 60).padStart(2, "0")}`
    assert.strictEqual(clockTime.parse(clockTime.print(ClockTime.make(time))), time)
    assert.strictEqual(clockTime.parse(`${time}:59`), time)
  })
  it.each(["24:00", "09:60", "9", "9:5", "09:15 AM", "", "noon"])("is not %j", (value) =>
    assert.isUndefined(clockTime.parse(value))
  )
  it("may lack its leading zero", () => assert.strictEqual(clockTime.parse(" 9:05 "), "09:05"))
})
