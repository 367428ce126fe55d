/** Eastern stamps around both changes of the clocks, of every year since the rule of today. */
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Schema } from "effect"
import { bookedParameters } from "../../src/endpoints/appointments/ListBookedAppointments.ts"
import { PracticeId } from "../../src/ids/PracticeId.ts"
import { easternStamp } from "../../src/time/easternStamp.ts"
import { isoStamp } from "../../src/time/isoStamp.ts"
import { isRepeatedHour } from "../../src/time/isRepeatedHour.ts"
import { LocalDate } from "../../src/time/LocalDate.ts"
import { replayParameters } from "../../src/time/replayParameters.ts"
import { changesIn, instantsShowing, shownAt } from "../support/wallClocks.ts"

const zone = "America/New_York"
const int = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
const years = [1999, 2006, 2007, 2013, 2019, 2024, 2026, 2037]
const changes = years.flatMap((year) => changesIn(year, zone))

/** An instant within four hours of a change of the clocks. */
const moment = { which: int(0, changes.length - 1), seconds: int(-4 * 3600, 4 * 3600) }
const instantAt = ({ seconds, which }: { readonly which: number; readonly seconds: number }) =>
  (changes[which] ?? assert.fail()) + seconds * 1000

/** `11/03/2019 01:30:00` as `2019-11-03T01:30:00`. */
const isoOf = (stamp: string) => `${stamp.slice(6, 10)}-${stamp.slice(0, 2)}-${stamp.slice(3, 5)}T${stamp.slice(11)}`
const stampOf = (wall: string) => `${wall.slice(5, 7)}/${wall.slice(8, 10)}/${wall.slice(0, 4)} ${wall.slice(11)}`
const parsed = (stamp: string) => DateTime.toEpochMillis(easternStamp.parse(stamp) ?? assert.fail(stamp))

describe("around a change of the clocks", () => {
  it("there are two a year", () => assert.strictEqual(changes.length, 2 * years.length))

  it.prop("a stamp is printed as the clocks show it", moment, (at) => {
    const instant = instantAt(at)
    assert.strictEqual(isoOf(easternStamp.print(DateTime.makeUnsafe(instant))), shownAt(instant, zone))
  })

  it.prop("a stamp is read as the first instant that shows it, and is printed as it was", moment, (at) => {
    const wall = shownAt(instantAt(at), zone)
    assert.strictEqual(parsed(stampOf(wall)), instantsShowing(wall, zone)[0])
    assert.strictEqual(easternStamp.print(DateTime.makeUnsafe(parsed(stampOf(wall)))), stampOf(wall))
    // A second time from what the first left behind, and without seconds.
    assert.strictEqual(parsed(stampOf(wall)), instantsShowing(wall, zone)[0])
    assert.strictEqual(parsed(stampOf(wall).slice(0, 16)), instantsShowing(`${wall.slice(0, 16)}:00`, zone)[0])
  })

  it.prop(
    "a stamp of the hour that is skipped is read before the change, never later",
    { year: int(0, years.length - 1), second: int(0, 3599) },
    (at) => {
      const change = changes[at.year * 2] ?? assert.fail()
      const wall = new Date(Date.parse(`${shownAt(change, zone)}Z`) - 3_600_000 + at.second * 1000)
        .toISOString()
        .slice(0, 19)
      assert.deepStrictEqual(instantsShowing(wall, zone), [])
      const read = parsed(stampOf(wall))
      assert.isBelow(read, change)
      assert.isAtLeast(read, change - 3_600_000)
    }
  )

  it.prop("an instant is told to be of the hour that occurs twice where its stamp has two readings", moment, (at) => {
    const instant = instantAt(at)
    const readings = instantsShowing(shownAt(instant, zone), zone)
    assert.strictEqual(isRepeatedHour(DateTime.makeUnsafe(instant)), readings.length === 2 && readings[0] === instant)
  })

  it.prop(
    "a window holds its instants, whichever way its ends are read",
    { ...moment, length: int(0, 3 * 3600) },
    (at) => {
      const from = instantAt(at)
      const to = from + at.length * 1000
      const { showprocessedenddatetime, showprocessedstartdatetime } = replayParameters({
        from: DateTime.makeUnsafe(from),
        to: DateTime.makeUnsafe(to)
      })
      const since = bookedParameters({
        practiceId: PracticeId.make("195900"),
        from: LocalDate.make("2019-06-01"),
        to: LocalDate.make("2019-06-01"),
        modifiedSince: DateTime.makeUnsafe(from)
      })["startlastmodified"]
      for (const start of [showprocessedstartdatetime, since ?? assert.fail()]) {
        const starts = instantsShowing(isoOf(start), zone)
        assert.isAbove(starts.length, 0)
        assert.isTrue(starts.every((instant) => instant <= from))
        // What changed since then has a stamp that is not before it, as a text of digits too.
        assert.isAtMost(Date.parse(`${isoOf(start)}Z`), Date.parse(`${shownAt(to, zone)}Z`))
      }
      const ends = instantsShowing(isoOf(showprocessedenddatetime), zone)
      assert.isTrue(ends.length > 0 && ends.every((instant) => instant >= to))
    }
  )

  it.prop("a stamp with an offset means the same instant with either offset", moment, (at) => {
    const instant = instantAt(at)
    for (const [hours, suffix] of [
      [-4, "-04:00"],
      [-5, "-05:00"],
      [0, "Z"]
    ] as const) {
      const wall = new Date(instant + hours * 3_600_000).toISOString().slice(0, 19)
      assert.strictEqual(DateTime.toEpochMillis(isoStamp.parse(`${wall}${suffix}`) ?? assert.fail()), instant)
    }
  })
})
