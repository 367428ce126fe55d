import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { declared, initialPace, rateAt, refused, started } from "../../src/rate-limit/Pace.ts"

const ceilings = Schema.Finite.check(Schema.isBetween({ minimum: 0.5, maximum: 200 }))
const millis = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 600_000 }))

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
        Schema.Struct({ kind: Schema.Literals(["refused", "declared", "time"]), after: millis, rate: ceilings })
      )
    },
    ({ ceiling, events }) => {
      let now = 0
      let pace = started(initialPace(ceiling, 10), now)
      for (const { kind, after, rate } of events) {
        now += after
        if (kind === "refused") pace = refused(pace, now, now, now + 1000)
        if (kind === "declared") pace = declared(pace, rate * 3, now)
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
    const lowered = refused(full, 10_000, 10_000, 12_000)
    assert.closeTo(rateAt(lowered, 12_000), 30, 1e-9)
    assert.closeTo(rateAt(lowered, 17_000), 36, 1e-9)
    assert.isBelow(rateAt(lowered, 27_000), 38)
    assert.isAbove(rateAt(lowered, 27_000), 36)
    assert.closeTo(rateAt(lowered, 300_000), 40, 1e-9)
  })

  it("is lowered once by one episode: refusals of requests admitted before it count for nothing", () => {
    const full = started(initialPace(40, 10), 0)
    const once = refused(full, 9990, 10_000, 11_000)
    let again = once
    for (const admittedAt of [9900, 9950, 9999, 10_500, 11_000]) again = refused(again, admittedAt, 11_000, 11_500)
    assert.deepStrictEqual(again, once)
    assert.isBelow(rateAt(refused(once, 11_100, 11_200, 11_500), 11_500), rateAt(once, 11_500))
  })

  it("takes over what a server declares at once, within the ceiling", () => {
    const pace = started(initialPace(40, 10), 0)
    assert.strictEqual(rateAt(declared(pace, 25, 100), 100), 25)
    assert.strictEqual(rateAt(declared(pace, 25, 100), 60_000), 25)
    assert.strictEqual(rateAt(declared(pace, 500, 100), 100), 40)
    assert.strictEqual(rateAt(declared(pace, 0, 100), 100), 0.1)
  })
})
