import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { Headers } from "effect/http"
import { dailyQuota, declaredWindow, nextMidnightGmt, resetAt, retryAfterAt } from "../../src/rate-limit/rateHeaders.ts"

const now = Date.UTC(2026, 7, 1, 12, 0, 0)
const reset = (value: string) => resetAt(Headers.fromInput({ "X-RateLimit-Reset": value }), now)
const retryAfter = (value: string) => retryAfterAt(Headers.fromInput({ "Retry-After": value }), now)
const rate = (limit: string, remaining: string, resetsAt?: string) =>
  Headers.fromInput({
    "X-RateLimit-Limit": limit,
    "X-RateLimit-Remaining": remaining,
    ...(resetsAt === undefined ? {} : { "X-RateLimit-Reset": resetsAt })
  })

describe("X-RateLimit-Reset", () => {
  it.each<[string, string, number | undefined]>([
    ["epoch seconds", String(now / 1000 + 30), now + 30_000],
    ["epoch milliseconds", String(now + 30_000), now + 30_000],
    ["seconds from now", "45", now + 45_000],
    ["a day in seconds from now", "86400", now + 86_400_000],
    ["milliseconds from now", "90000", now + 90_000],
    ["a part of a second from now", "0.25", now + 250],
    ["epoch seconds with a part", `${now / 1000 + 30}.5`, now + 30_500],
    ["a moment that has passed", String(now / 1000 - 30), undefined],
    ["zero", "0", undefined],
    ["nothing", "", undefined],
    ["nonsense", "soon", undefined],
    ["a negative number", "-5", undefined]
  ])("is read as %s", (_, value, expected) => assert.strictEqual(reset(value), expected))
})

describe("Retry-After", () => {
  it.each<[string, string, number | undefined]>([
    ["seconds", "12", now + 12_000],
    ["a part of a second", "0.5", now + 500],
    ["zero", "0", now],
    ["a negative number", "-3", now - 3000],
    ["an HTTP date", new Date(now + 9000).toUTCString(), now + 9000],
    ["nothing", " ", undefined],
    ["nonsense", "as you like", undefined]
  ])("is read as %s", (_, value, expected) => assert.strictEqual(retryAfter(value), expected))

  it.prop("is a moment that a date can hold, or nothing, whatever is sent", [Schema.String], ([value]) => {
    const at = retryAfter(value)
    if (at !== undefined) assert.isFalse(Number.isNaN(new Date(at).getTime()))
  })

  it("is a moment that a date can hold, however many digits it has", () => {
    for (const digits of [10, 15, 20, 400]) {
      assert.isFalse(Number.isNaN(new Date(retryAfter("9".repeat(digits)) ?? Number.NaN).getTime()))
    }
  })
})

describe("X-RateLimit-Limit and -Remaining", () => {
  it("describe the window up to a reset that lies ahead", () => {
    assert.deepStrictEqual(declaredWindow(rate("100", "40", "10"), now), {
      limit: 100,
      remaining: 40,
      resetsAt: now + 10_000
    })
    assert.isUndefined(dailyQuota(rate("100", "40", "10")))
  })

  it("describe the day's quota without a reset", () => {
    assert.isUndefined(declaredWindow(rate("50000", "49985"), now))
    assert.deepStrictEqual(dailyQuota(rate("50000", "49985")), { limit: 50_000, remaining: 49_985 })
  })

  it("describe the day's quota beside a reset that cannot be read", () => {
    assert.deepStrictEqual(dailyQuota(rate("50000", "0", "soon")), { limit: 50_000, remaining: 0 })
  })

  it("say nothing when the reset has passed, or a number is missing", () => {
    assert.isUndefined(declaredWindow(rate("100", "0", String(now / 1000 - 5)), now))
    assert.isUndefined(dailyQuota(rate("100", "0", String(now / 1000 - 5))))
    assert.isUndefined(dailyQuota(rate("", "0")))
    assert.isUndefined(dailyQuota(rate("100", "many")))
    assert.isUndefined(dailyQuota(Headers.empty))
  })
})

describe("a server whose clock differs from ours", () => {
  const serverNow = now + 3_600_000
  const date = new Date(serverNow).toUTCString()
  const until = (headers: Record<string, string>) => Headers.fromInput({ date, ...headers })

  it("is understood when it names a moment", () => {
    const soon = new Date(serverNow + 5000).toUTCString()
    assert.strictEqual(retryAfterAt(until({ "retry-after": soon }), now), now + 5000)
    assert.strictEqual(resetAt(until({ "x-ratelimit-reset": String(serverNow / 1000 + 5) }), now), now + 5000)
    assert.strictEqual(resetAt(until({ "x-ratelimit-reset": String(serverNow + 5000) }), now), now + 5000)
  })

  it("needs no such help when it names a distance", () => {
    assert.strictEqual(retryAfterAt(until({ "retry-after": "5" }), now), now + 5000)
    assert.strictEqual(resetAt(until({ "x-ratelimit-reset": "5" }), now), now + 5000)
  })

  it("is not corrected for the seconds that its answer may have taken", () => {
    const headers = Headers.fromInput({
      date: new Date(now - 2000).toUTCString(),
      "retry-after": new Date(now + 1000).toUTCString()
    })
    assert.strictEqual(retryAfterAt(headers, now), now + 1000)
  })
})

it.prop(
  "the next midnight is 00:00 GMT of the following day",
  [Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4e12 }))],
  ([time]) => {
    const midnight = nextMidnightGmt(time)
    assert.isTrue(midnight > time && midnight - time <= 86_400_000)
    assert.match(new Date(midnight).toISOString(), /T00:00:00\.000Z$/)
  }
)
