import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { declared, initialPace, type Pace, rateAt, refused, started } from "../../src/rate-limit/Pace.ts"

const ceilings = Schema.Finite.check(Schema.isBetween({ minimum: 0.5, maximum: 200 }))
const millis = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 600_000 }))

/** Refused at the rate itself: as many were let through as the pace said. */
const refusedAt = (pace: Pace, admittedAt: number, now: number, resumesAt: number, letThrough = 1e9) =>
  refused(pace, { admittedAt, letThrough, resumesAt }, now)
const allowed = (sustained: number, left?: number, until = 0) => ({ sustained, left, until })

describe("Pace", () => {
  it.prop("starts at a third of the ceiling or below and reaches it within 5 seconds", [ceilings], ([ceiling]) => {
    const pace = started(initialPace(ceiling, 5), 1000)
    assert.isAtMost(rateAt(pace, 1000), Math.min(5, ceiling / 3) + 1e-9)
    assert.closeTo(rateAt(pace, 6000), ceiling, 1e-9)
  })

  it.prop(
    "never exceeds the ceiling, whatever happens to it",
    {
      ceiling: ceilings,
      events: Schema.Array(
        Schema.Struct({
          kind: Schema.Literals(["refused", "declared", "time"]),
          after: millis,
          rate: ceilings,
          letThrough: Schema.Natural
        })
      )
    },
    ({ ceiling, events }) => {
      let now = 0
      let pace = started(initialPace(ceiling, 10), now)
      for (const { kind, after, letThrough, rate } of events) {
        now += after
        if (kind === "refused") pace = refusedAt(pace, now, now, now + 1000, letThrough)
        if (kind === "declared") pace = declared(pace, allowed(rate * 3, rate, now + after), now)
        for (const later of [0, 500, 5000, 50_000, 5_000_000]) {
          assert.isAtMost(rateAt(pace, now + later), Math.max(ceiling, 0.1) + 1e-9)
          assert.isAbove(rateAt(pace, now + later), 0)
        }
      }
    }
  )

  it("climbs only from the first request on", () => {
    const pace = initialPace(30, 5)
    assert.strictEqual(rateAt(pace, 1_000_000), 5)
    assert.strictEqual(rateAt(started(pace, 1_000_000), 1_000_000), 5)
    assert.strictEqual(started(started(pace, 1000), 2000).since, 1000)
  })

  it("goes to 75 % after a refusal, back to 90 % within 5 seconds, and probes slowly from there", () => {
    const full = started(initialPace(40, 10), 0)
    const lowered = refusedAt(full, 10_000, 10_000, 12_000)
    assert.closeTo(rateAt(lowered, 12_000), 30, 1e-9)
    assert.closeTo(rateAt(lowered, 17_000), 36, 1e-9)
    assert.isBelow(rateAt(lowered, 27_000), 38)
    assert.isAbove(rateAt(lowered, 27_000), 36)
    assert.closeTo(rateAt(lowered, 300_000), 40, 1e-9)
  })

  it("is lowered once by one episode: refusals of requests admitted before it count for nothing", () => {
    const full = started(initialPace(40, 10), 0)
    const once = refusedAt(full, 9990, 10_000, 11_000)
    let again = once
    for (const admittedAt of [9900, 9950, 9999, 10_500, 11_000]) again = refusedAt(again, admittedAt, 11_000, 11_500)
    assert.deepStrictEqual(again, once)
    assert.isBelow(rateAt(refusedAt(once, 11_100, 11_200, 11_500), 11_500), rateAt(once, 11_500))
  })

  it("takes what was let through in the second before a refusal for the limit", () => {
    const climbing = started(initialPace(100, 10), 0)
    const rate = rateAt(climbing, 2000)
    assert.isAbove(rate, 50)
    assert.closeTo(rateAt(refusedAt(climbing, 1900, 2000, 3000, 20), 3000), 15, 1e-9)
    assert.closeTo(
      rateAt(refusedAt(climbing, 1900, 2000, 3000, 2), 3000),
      0.75 * 0.25 * rate,
      1e-9,
      "a quarter at most"
    )
    assert.closeTo(rateAt(refusedAt(climbing, 1900, 2000, 3000, 0), 3000), 0.75 * rate, 1e-9, "nothing says nothing")
  })

  it("probes faster when the limit that it learned is no more", () => {
    const lowered = refusedAt(started(initialPace(100, 100), 0), 10_000, 10_000, 10_000, 25)
    assert.closeTo(rateAt(lowered, 45_000), 25, 1)
    assert.isAtLeast(rateAt(lowered, 140_000), 50)
    assert.strictEqual(rateAt(lowered, 300_000), 100)
  })

  describe("what a server declares", () => {
    it("counts at once, within the ceiling", () => {
      const pace = started(initialPace(40, 10), 0)
      assert.strictEqual(rateAt(declared(pace, allowed(25), 100), 100), 25)
      assert.strictEqual(rateAt(declared(pace, allowed(25), 100), 60_000), 25)
      assert.strictEqual(rateAt(declared(pace, allowed(500), 100), 100), 40)
      assert.strictEqual(rateAt(declared(pace, allowed(0), 100), 100), 0.1)
    })

    it("counts for what is left of a window only until its end", () => {
      const pace = declared(started(initialPace(40, 10), 0), allowed(25, 3, 5000), 100)
      assert.strictEqual(rateAt(pace, 4999), 3)
      assert.strictEqual(rateAt(pace, 5000), 25)
    })

    it("does not undo what refusals have taught", () => {
      const lowered = refusedAt(started(initialPace(40, 40), 0), 10_000, 10_000, 11_000, 8)
      const after = declared(lowered, allowed(35), 12_000)
      assert.isAtMost(rateAt(after, 15_000), 10)
      assert.strictEqual(rateAt(declared(after, allowed(4), 15_000), 15_000), 4)
    })
  })
})
