import { assert, describe, it } from "@effect/vitest"
import { DateTime, Schema } from "effect"
import { startsAt } from "../../src/endpoints/appointments/startsAt.ts"
import { ClockTime } from "../../src/time/clockTime.ts"
import { LocalDate } from "../../src/time/LocalDate.ts"
import { instantOf, localTimeOf, occurrenceOf } from "../../src/time/localTime.ts"
import { zoneNamed } from "../../src/time/zoneNamed.ts"
import { changesIn, instantsShowing, shownAt } from "../support/wallClocks.ts"

const changing = ["US/Eastern", "US/Central", "America/Denver", "America/Los_Angeles", "America/Anchorage"] as const
const constant = ["America/Phoenix", "Pacific/Honolulu", "America/Puerto_Rico", "Pacific/Guam"] as const
const years = [2007, 2019, 2020, 2026, 2037] as const

const zone = (name: string) => zoneNamed(name) ?? assert.fail(`no zone ${name}`)
const int = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
const localOf = (wall: string) => ({
  date: LocalDate.make(wall.slice(0, 10)),
  time: ClockTime.make(wall.slice(11, 16))
})
const read = (wall: string, name: string) => DateTime.toEpochMillis(instantOf(localOf(wall), zone(name)))

/** The changes of the clocks in the years that are looked at, found once. */
const changes = changing.flatMap((name) => years.map((year) => ({ name, changes: changesIn(year, name) })))

describe("the wall clock of a department", () => {
  it("changes twice a year where it changes", () => assert.isTrue(changes.every((found) => found.changes.length === 2)))

  it.each([
    ["03:30 for 02:30 in spring", "2019-03-10T02:30", "US/Eastern", "2019-03-10T07:30:00.000Z", "never"],
    ["just before the gap", "2019-03-10T01:59", "US/Eastern", "2019-03-10T06:59:00.000Z", "once"],
    ["just after the gap", "2019-03-10T03:00", "US/Eastern", "2019-03-10T07:00:00.000Z", "once"],
    ["the first of two in autumn", "2019-11-03T01:30", "US/Eastern", "2019-11-03T05:30:00.000Z", "twice"],
    ["just before the overlap", "2019-11-03T00:59", "US/Eastern", "2019-11-03T04:59:00.000Z", "once"],
    ["just after the overlap", "2019-11-03T02:00", "US/Eastern", "2019-11-03T07:00:00.000Z", "once"],
    ["in the west as well", "2019-11-03T01:30", "America/Los_Angeles", "2019-11-03T08:30:00.000Z", "twice"],
    ["where nothing changes", "2019-11-03T01:30", "America/Phoenix", "2019-11-03T08:30:00.000Z", "once"]
  ] as const)("is read as %s", (_, wall, name, instant, occurrence) => {
    assert.strictEqual(DateTime.formatIso(instantOf(localOf(wall), zone(name))), instant)
    assert.strictEqual(occurrenceOf(localOf(wall), zone(name)), occurrence)
  })

  it.prop(
    "means the first instant that shows it around either change, and reads the hour that is skipped as if it were not",
    [int(0, changes.length - 1), int(0, 1), int(-240, 240)],
    ([which, season, minutes]) => {
      const { changes: found, name } = changes[which] ?? assert.fail()
      const change = found[season] ?? assert.fail()
      // As if the clocks were not changed: this goes through the gap, and through the overlap once.
      const before = Date.parse(`${shownAt(change - 60_000, name)}Z`) - (change - 60_000)
      const wall = new Date(change + minutes * 60_000 + before).toISOString().slice(0, 19)
      const shown = instantsShowing(wall, name)
      assert.strictEqual(read(wall, name), shown[0] ?? Date.parse(`${wall}Z`) - before, wall)
      assert.strictEqual(
        occurrenceOf(localOf(wall), zone(name)),
        (["never", "once", "twice"] as const)[shown.length],
        wall
      )
    }
  )

  it.prop(
    "comes back as it was at every minute around either change, but for the second of two",
    [int(0, changes.length - 1), int(0, 1), int(-240, 240)],
    ([which, season, minutes]) => {
      const { changes: found, name } = changes[which] ?? assert.fail()
      const instant = (found[season] ?? assert.fail()) + minutes * 60_000
      const local = localTimeOf(DateTime.makeUnsafe(instant), zone(name))
      assert.strictEqual(`${local.date}T${local.time}:00`, shownAt(instant, name))
      const again = DateTime.toEpochMillis(instantOf(local, zone(name)))
      const isSecond = instantsShowing(shownAt(instant, name), name)[1] === instant
      assert.strictEqual(again, isSecond ? instant - 3_600_000 : instant)
    }
  )

  it.prop(
    "never comes later than a wall clock behind it",
    [int(0, changes.length - 1), int(0, 1), int(-240, 240), int(0, 120)],
    ([which, season, minutes, more]) => {
      const { changes: found, name } = changes[which] ?? assert.fail()
      const wall = Date.parse(`${shownAt(found[season] ?? assert.fail(), name)}Z`) + minutes * 60_000
      const at = (millis: number) => read(new Date(millis).toISOString().slice(0, 19), name)
      // A time in the gap is read past it, so those just behind the gap may come before it: never by more than the gap.
      assert.isAtMost(at(wall), at(wall + more * 60_000) + (season === 0 ? 3_600_000 : 0))
    }
  )

  it.prop(
    "is read back everywhere where no clock changes",
    [int(0, constant.length - 1), int(17_000_000, 35_000_000)],
    ([which, minute]) => {
      const name = constant[which] ?? assert.fail()
      const local = localTimeOf(DateTime.makeUnsafe(minute * 60_000), zone(name))
      assert.strictEqual(DateTime.toEpochMillis(instantOf(local, zone(name))), minute * 60_000)
      assert.strictEqual(occurrenceOf(local, zone(name)), "once")
    }
  )
})

describe("the zone of a department", () => {
  it.each(["US/Eastern", "America/Los_Angeles", "America/Indiana/Indianapolis", "EST5EDT", "UTC", "Etc/GMT+5"])(
    "is known by the name %s",
    (name) => assert.isDefined(zoneNamed(name))
  )
  it.each(["", "-05:00", "+05:00", "-5", "Mars/Olympus", "US/Eastern ", "Eastern Standard Time", "US/", "../etc"])(
    "is not %j, the second time as little as the first",
    (name) => {
      assert.isUndefined(zoneNamed(name))
      assert.isUndefined(zoneNamed(name))
    }
  )
  it("makes the start of an appointment an instant, and none where it is not known", () => {
    const appointment = { date: LocalDate.make("2019-06-03"), startTime: ClockTime.make("07:15") }
    const start = startsAt(appointment, { zone: zone("US/Eastern") })
    assert.strictEqual(start === undefined ? start : DateTime.formatIso(start), "2019-06-03T11:15:00.000Z")
    assert.isUndefined(startsAt(appointment, { zone: undefined }))
  })
})
