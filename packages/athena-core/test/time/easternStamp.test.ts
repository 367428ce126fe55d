import { assert, describe, it } from "@effect/vitest"
import { DateTime, Schema } from "effect"
import { easternStamp } from "../../src/time/easternStamp.ts"

const iso = (stamp: string) => {
  const parsed = easternStamp.parse(stamp)
  return parsed === undefined ? undefined : DateTime.formatIso(parsed)
}
const seconds = (minimum: string, maximum: string) =>
  Schema.Int.check(Schema.isBetween({ minimum: Date.parse(minimum) / 1000, maximum: Date.parse(maximum) / 1000 }))
const roundTrip = (second: number) => {
  const parsed = easternStamp.parse(easternStamp.print(DateTime.makeUnsafe(second * 1000)))
  return parsed === undefined ? Number.NaN : DateTime.toEpochMillis(parsed) / 1000
}

describe("a stamp in US Eastern time", () => {
  it.each<[string, string, string]>([
    ["in winter", "01/15/2019 08:30:05", "2019-01-15T13:30:05.000Z"],
    ["in summer", "06/15/2019 08:30:05", "2019-06-15T12:30:05.000Z"],
    ["without seconds", "06/15/2019 08:30", "2019-06-15T12:30:00.000Z"],
    ["just before the spring change", "03/10/2019 01:59:59", "2019-03-10T06:59:59.000Z"],
    ["just after the spring change", "03/10/2019 03:00:00", "2019-03-10T07:00:00.000Z"],
    ["just before the autumn change", "11/03/2019 00:59:59", "2019-11-03T04:59:59.000Z"],
    ["in the hour that occurs twice, the earlier", "11/03/2019 01:30:00", "2019-11-03T05:30:00.000Z"],
    ["after the autumn change", "11/03/2019 02:00:00", "2019-11-03T07:00:00.000Z"],
    ["on a leap day", "02/29/2020 12:00:00", "2020-02-29T17:00:00.000Z"]
  ])("is read %s", (_, stamp, expected) => assert.strictEqual(iso(stamp), expected))

  it.each([
    "",
    "06/15/2019",
    "2019-06-15 08:30:00",
    "02/30/2019 08:30:00",
    "02/29/2019 08:30:00",
    "04/31/2019 08:30:00",
    "13/01/2019 08:30:00",
    "00/10/2019 08:30:00",
    "06/15/2019 24:00:00",
    "06/15/2019 08:60:00",
    "06/15/2019 08:30:60",
    "02/13/2025 11:33 AM"
  ])("is not %j", (value) => assert.isUndefined(iso(value)))

  it("is no number", () => assert.isUndefined(easternStamp.parse(1_560_600_000)))

  it.prop("gives back the instant outside the repeated hour", [seconds("1970-01-01", "2037-12-31")], ([second]) => {
    const again = roundTrip(second)
    assert.isTrue(again === second || again === second - 3600, `${second} became ${again}`)
  })

  it.prop(
    "gives back every instant around the spring change",
    [seconds("2019-03-10T00:00:00Z", "2019-03-11T00:00:00Z")],
    ([second]) => assert.strictEqual(roundTrip(second), second)
  )

  it.prop(
    "is never read later than it was around the autumn change",
    [seconds("2019-11-03T00:00:00Z", "2019-11-04T00:00:00Z")],
    ([second]) => {
      const again = roundTrip(second)
      const isSecondHour =
        second >= Date.parse("2019-11-03T06:00:00Z") / 1000 && second < Date.parse("2019-11-03T07:00:00Z") / 1000
      assert.strictEqual(again, isSecondHour ? second - 3600 : second)
    }
  )
})
