import { assert, describe, it } from "@effect/vitest"
import { DateTime, Schema } from "effect"
import { isoStamp } from "../../src/time/isoStamp.ts"

const read = (text: string) => {
  const stamp = isoStamp.parse(text)
  return stamp === undefined ? undefined : DateTime.formatIso(stamp)
}

describe("stamps with an offset", () => {
  it.each([
    ["2019-08-08T14:31:41-04:00", "2019-08-08T18:31:41.000Z"],
    [" 2018-11-26T09:30:00-05:00 ", "2018-11-26T14:30:00.000Z"],
    ["2019-07-30T21:51:05.523Z", "2019-07-30T21:51:05.523Z"],
    ["2019-07-30T21:51Z", "2019-07-30T21:51:00.000Z"]
  ])("%s is %s", (text, instant) => assert.strictEqual(read(text), instant))

  it.each(["2019-08-08T14:31:41", "08/08/2019 14:31:41", "2019-08-08", "2019-13-08T14:31:41Z", "soon", ""])(
    "%s is none",
    (text) => assert.strictEqual(read(text), undefined)
  )

  it.prop(
    "are read as they are written",
    [Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4e12 }))],
    ([at]) => {
      const stamp = DateTime.makeUnsafe(at)
      const again = isoStamp.parse(isoStamp.print(stamp))
      assert.strictEqual(again === undefined ? undefined : DateTime.toEpochMillis(again), at)
    }
  )
})
