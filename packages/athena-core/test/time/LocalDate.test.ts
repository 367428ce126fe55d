import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { addDays, daysBetween, LocalDate, vendorDate } from "../../src/time/LocalDate.ts"

const int = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
/** Days since 1970, from 1900 to 2100. */
const dayNumber = int(-25_567, 47_481)
const dateOf = (day: number) => LocalDate.make(new Date(day * 86_400_000).toISOString().slice(0, 10))

describe("LocalDate", () => {
  it.prop("is read back as it was printed in the vendor's form", [dayNumber], ([day]) => {
    const date = dateOf(day)
    assert.match(vendorDate.print(date), /^\d{2}\/\d{2}\/\d{4}$/)
    assert.strictEqual(vendorDate.parse(vendorDate.print(date)), date)
  })

  it.each(["2019-02-29", "1900-02-29", "2019-04-31", "2019-13-01", "2019-00-10", "2019-6-1", "06/01/2019", ""])(
    "is not %j",
    (value) => assert.isFalse(Schema.is(LocalDate)(value))
  )
  it.each(["2020-02-29", "2000-02-29", "0001-01-01", "9999-12-31"])("is %j", (value) =>
    assert.isTrue(Schema.is(LocalDate)(value))
  )
})

describe("addDays", () => {
  it.prop("adds up, and goes back", [dayNumber, int(-400, 400), int(-400, 400)], ([day, some, more]) => {
    const date = dateOf(day)
    assert.strictEqual(addDays(addDays(date, some), more), addDays(date, some + more))
    assert.strictEqual(addDays(addDays(date, some), -some), date)
    assert.strictEqual(addDays(date, some), dateOf(day + some))
  })
})

describe("daysBetween", () => {
  it.prop("gives every day once and in order, both ends included", [dayNumber, int(0, 800)], ([day, count]) => {
    const days = daysBetween(dateOf(day), dateOf(day + count))
    assert.deepStrictEqual(
      days,
      Array.from({ length: count + 1 }, (_, index) => dateOf(day + index))
    )
  })

  it.prop("is empty when it ends before it begins", [dayNumber, int(1, 800)], ([day, count]) => {
    assert.deepStrictEqual(daysBetween(dateOf(day), dateOf(day - count)), [])
  })
})
