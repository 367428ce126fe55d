import { AppointmentBook } from "@athena-engine/simulator/world/AppointmentBook"
import {
  clockTime,
  isoDate,
  parseClockTime,
  parseIsoDate,
  parseUsDate,
  usDate
} from "@athena-engine/simulator/world/calendar"
import { planDays } from "@athena-engine/simulator/world/DayPlan"
import { easternInstant, easternStamp, parseEasternStamp } from "@athena-engine/simulator/world/easternTime"
import { PracticeWorld } from "@athena-engine/simulator/world/PracticeWorld"
import { practiceProfiles } from "@athena-engine/simulator/world/practices"
import { World } from "@athena-engine/simulator/world/World"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"

const profile = practiceProfiles[0]
if (profile === undefined) throw new Error("the world has no practice")

const practice = (seed: number, volume = 500) => new PracticeWorld(profile, { seed, volume, patients: 275 })
const juneFirst = parseIsoDate("2019-06-01") as number
const juneLast = parseIsoDate("2019-06-30") as number

describe("the world", () => {
  it("is the same for the same seed, and another for another", () => {
    assert.deepStrictEqual(practice(7).appointments.all(), practice(7).appointments.all())
    assert.deepStrictEqual(practice(7).patients.all(), practice(7).patients.all())
    assert.notDeepEqual(practice(7).appointments.all(), practice(8).appointments.all())
  })

  it("has 500 appointments in June 2019, on weekdays, with every status and ten rescheduled pairs", () => {
    const rows = practice(1).appointments.between(juneFirst, juneLast)
    const booked = rows.filter((row) => row.status !== "o")
    assert.strictEqual(booked.length, 500)
    assert.deepStrictEqual([...new Set(rows.map((row) => row.status))].sort(), ["2", "3", "4", "f", "o", "x"])
    assert.isTrue(rows.every((row) => new Date(`${isoDate(row.day)}T00:00:00Z`).getUTCDay() % 6 !== 0))
    const pairs = booked.filter((row) => row.rescheduledTo !== undefined)
    assert.strictEqual(pairs.length, 10)
    for (const old of pairs) {
      const replacement = practice(1).appointments.get(old.rescheduledTo as number)
      assert.strictEqual(old.status, "x")
      assert.strictEqual(replacement?.patientId, old.patientId)
      assert.notStrictEqual(replacement?.status, "x")
    }
  })

  it("gives open slots neither patient nor stamps, and everything else both", () => {
    for (const row of practice(3).appointments.all()) {
      assert.strictEqual(row.status === "o", row.patientId === undefined)
      assert.strictEqual(row.status === "o", row.lastModifiedAt === undefined)
    }
  })

  it("lets nothing happen before it was booked, nor after the generated past", () => {
    for (const row of practice(3).appointments.all()) {
      if (row.scheduledAt === undefined || row.lastModifiedAt === undefined) continue
      assert.isAtLeast(row.lastModifiedAt, row.scheduledAt)
      assert.isBelow(row.lastModifiedAt, Date.parse("2019-07-06T04:00:00Z"))
    }
  })

  it("keeps deleted patients and those that were merged into another", () => {
    const people = practice(1).patients.all()
    const merged = people.find((person) => person.mergedInto !== undefined)
    assert.strictEqual(merged?.status, "deleted")
    assert.deepStrictEqual(practice(1).patients.get(merged?.mergedInto as number)?.previousIds, [merged?.id ?? 0])
    assert.isTrue(people.some((person) => person.status === "deleted" && person.mergedInto === undefined))
    assert.isFalse(
      practice(1)
        .appointments.all()
        .some((row) => row.patientId === merged?.id)
    )
  })

  it("has as many practices as are asked for, each with people of its own", () => {
    const world = new World({ seed: 1, practices: 40, volume: { "195939": 7 }, patients: {} }, 0)
    assert.strictEqual(world.practices.size, 40)
    const first = world.practices.get("195900") ?? assert.fail()
    const last = world.practices.get("195939") ?? assert.fail()
    assert.deepStrictEqual([last.id, last.profile.id], ["195939", "195939"])
    assert.strictEqual(last.departments.size, first.departments.size)
    assert.isBelow(last.appointments.all().length, first.appointments.all().length)
    assert.notDeepEqual(first.patients.get(30_001), last.patients.get(30_001))
  })

  it("moves a clock that stands before its past, so that later changes have later stamps", () => {
    const world = new World({ seed: 1, practices: 4, volume: {}, patients: {} }, 0)
    assert.strictEqual(new Date(world.timeOf(1000)).toISOString(), "2019-07-01T12:00:01.000Z")
    const today = Date.parse("2026-01-01T00:00:00Z")
    assert.strictEqual(new World({ seed: 1, practices: 4, volume: {}, patients: {} }, today).timeOf(today), today)
  })

  it.prop(
    "finds by id exactly what it lists by day, whatever the volume",
    [Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3000 }))],
    ([volume]) => {
      const book = new AppointmentBook({ practice: profile, seed: 5, plan: planDays(volume), patients: 60 })
      const rows = book.all()
      assert.strictEqual(new Set(rows.map((row) => row.id)).size, rows.length)
      for (const row of rows) assert.strictEqual(book.get(row.id), row)
    }
  )

  // Making all of them takes longer than a test may.
  it("holds a million appointments without making them", () => {
    const large = practice(1, 1_000_000)
    assert.strictEqual(large.appointments.get(4_410_777)?.id, 4_410_777)
    assert.isUndefined(large.appointments.get(9_999_999))
  })
})

describe("dates and times", () => {
  it.prop(
    "are read back as written",
    [Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 40_000 }))],
    ([day]) => {
      assert.strictEqual(parseUsDate(usDate(day)), day)
      assert.strictEqual(parseIsoDate(isoDate(day)), day)
      assert.strictEqual(parseClockTime(clockTime(day % 1440)), day % 1440)
    }
  )

  it("refuse what is no date", () => {
    for (const text of ["02/30/2019", "13/01/2019", "2019-06-01", "", "06/01/19"]) assert.isUndefined(parseUsDate(text))
  })

  // Intl knows the time zone database; the rule used here holds since 2007.
  it.prop(
    "write Eastern stamps as the time zone database has them",
    [
      Schema.Int.check(Schema.isBetween({ minimum: Date.UTC(2008, 0, 1) / 1000, maximum: Date.UTC(2036, 0, 1) / 1000 }))
    ],
    ([seconds]) => {
      const stamp = easternStamp(seconds * 1000)
      assert.strictEqual(stamp, intlStamp(seconds * 1000))
      const read = parseEasternStamp(stamp) as number
      assert.include([seconds * 1000, seconds * 1000 - 3_600_000], read)
    }
  )

  it("take the earlier of the two instants of the hour that autumn repeats", () => {
    const november = parseIsoDate("2019-11-03") as number
    assert.strictEqual(new Date(easternInstant(november, 5400)).toISOString(), "2019-11-03T05:30:00.000Z")
    assert.strictEqual(easternStamp(Date.parse("2019-11-03T06:30:00Z")), "11/03/2019 01:30:00")
    assert.strictEqual(easternStamp(Date.parse("2019-03-10T07:00:00Z")), "03/10/2019 03:00:00")
  })
})

const format = new Intl.DateTimeFormat("en-US", {
  timeZone: "America/New_York",
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit"
})
const intlStamp = (instant: number) => format.format(instant).replace(",", "")
