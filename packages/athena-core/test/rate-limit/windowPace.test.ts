import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import type { DeclaredWindow } from "../../src/rate-limit/rateHeaders.ts"
import { windowLength, windowPace } from "../../src/rate-limit/windowPace.ts"

const now = 1_000_000_000
const window = (remaining: number, resetsIn: number, limit = 100): DeclaredWindow => ({
  limit,
  remaining,
  resetsAt: now + resetsIn
})
const lengthOf = (...resetsIn: ReadonlyArray<number>) =>
  resetsIn.reduce<ReturnType<typeof windowLength> | undefined>(
    (known, each) => windowLength(known, window(50, each), now),
    undefined
  )?.millis

describe("the length of a window", () => {
  it("is the longest time until a reset that was told, in whole seconds", () => {
    assert.strictEqual(lengthOf(4000, 60_000, 12_000), 60_000)
    assert.strictEqual(lengthOf(10_900, 10_100), 10_000, "rounded up by the server")
  })

  it("is a second at least, however near the reset", () => {
    assert.strictEqual(lengthOf(1), 1000)
    assert.strictEqual(lengthOf(30, 1990), 1000)
  })

  it("is found anew when the limit changes", () => {
    const minute = windowLength(undefined, window(50, 60_000, 100), now)
    assert.deepStrictEqual(windowLength(minute, window(9, 800, 10), now), { limit: 10, millis: 1000 })
  })
})

describe("the pace of a window", () => {
  it("is what its windows allow one after the other, less one request", () => {
    const { sustained } = windowPace({ limit: 21, millis: 1000 }, window(3, 400, 21), 0, now)
    assert.strictEqual(sustained, 20)
    assert.strictEqual(windowPace({ limit: 2, millis: 1000 }, window(1, 400, 2), 0, now).sustained, 1.5)
  })

  it("is what is left, spread over the time to a reset that is some seconds away, less what is in flight", () => {
    const minute = { limit: 600, millis: 60_000 }
    assert.strictEqual(windowPace(minute, window(100, 10_000, 600), 20, now).left, 8)
    assert.strictEqual(windowPace(minute, window(5, 10_000, 600), 20, now).left, 0.1, "never nothing")
    assert.isUndefined(windowPace(minute, window(5, 2000, 600), 20, now).left, "too near to tell a rate")
  })

  it.prop(
    "used evenly by one client, never asks it to be slower than nine tenths of a fixed window's rate",
    {
      limit: Schema.Int.check(Schema.isBetween({ minimum: 20, maximum: 5000 })),
      seconds: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 900 })),
      share: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))
    },
    ({ limit, seconds, share }) => {
      const length = { limit, millis: seconds * 1000 }
      const remaining = Math.ceil(limit * (1 - share))
      const { left, sustained } = windowPace(length, window(remaining, seconds * 1000 * (1 - share), limit), 0, now)
      assert.isAtLeast(Math.min(sustained, left ?? sustained), (0.9 * limit) / seconds)
    }
  )
})
