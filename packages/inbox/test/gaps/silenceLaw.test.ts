import { chance } from "@athena-engine/testing/random/Chance"
import { seeds } from "@athena-engine/testing/random/seeds"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { type Away, judgeNeverCome, judgeSilence, silentFrom } from "../../src/gaps/silenceLaw.ts"

const hour = 3_600_000
const week = 168
/** Some Monday, in hours since 1970. */
const monday = 24 * 4 + week * 2900

const judgeAt = (hours: ReadonlyArray<number>, now: number, away: ReadonlyArray<Away> = []) => {
  const past = hours.filter((one) => one < now)
  return judgeSilence({ hours: past, lastAt: ((past.at(-1) ?? 0) + 0.9) * hour }, away, now * hour)
}

const OpenHours = Schema.Array(Schema.Boolean).check(Schema.isBetweenLength(week, week))

const hoursOfWeeks = (weeks: number, isOpen: (hourOfWeek: number) => boolean) =>
  Array.from({ length: weeks * week }, (_, n) => n)
    .filter((n) => isOpen(n % week))
    .map((n) => monday + n)

/** Weekdays from 8 to 17 o'clock. */
const office = (n: number) => n < 120 && n % 24 >= 8 && n % 24 < 17

describe("silence", () => {
  it.prop(
    "is never found in the closed hours of a practice that opens as ever, whatever its hours are",
    [OpenHours, Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: week }))],
    ([open, at]) => {
      const hours = hoursOfWeeks(6, (n) => open[n] === true)
      const judged = judgeAt(hours, monday + 5 * week + at)
      assert.isTrue(judged === undefined || judged.factor < silentFrom, JSON.stringify(judged))
    },
    { arbitrary: { runs: 100 } }
  )

  it.prop(
    "grows with waiting, stands still while closed, and is found within four open hours of one that comes every hour",
    [Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: week - 1 }))],
    ([at]) => {
      const end = monday + 5 * week + at
      const hours = hoursOfWeeks(6, office).filter((one) => one < end)
      let before = 0
      let openHours = 0
      for (let now = end; now < end + 2 * week; now++) {
        const judged = judgeAt(hours, now)
        assert.isDefined(judged)
        assert.isAtLeast(judged.factor, before)
        if (!office((now - 1 - monday) % week) && now > end) assert.strictEqual(judged.factor, before)
        before = judged.factor
        if (openHours >= 4) assert.isTrue(judged.isSilent)
        if (office((now - monday) % week)) openHours += 1
      }
    },
    { arbitrary: { runs: 6 } }
  )

  it("is not found where clocks are changed in a night", () => {
    const hours = hoursOfWeeks(5, office)
    const later = hoursOfWeeks(7, (n) => office((n + week - 1) % week)).filter((one) => one >= monday + 5 * week)
    for (let now = monday + 4 * week; now < monday + 7 * week; now++) {
      assert.isFalse(judgeAt([...hours, ...later], now)?.isSilent, `at ${now - monday}`)
    }
  })

  for (const seed of seeds({ short: 3, long: 20 })) {
    it(`is not found in what comes by chance, often or seldom, for a year; and is found when it stops [TEST_SEED=${seed}]`, () => {
      for (const share of [0.9, 0.5, 0.2, 0.1]) {
        const { happens } = chance(seed)
        const hours = hoursOfWeeks(52, office).filter(() => happens(share))
        let judgements = 0
        for (const [n, one] of hours.entries()) {
          if (n % 3 > 0) continue
          // A silence is longest just before it ends.
          const judged = judgeAt(hours.slice(0, n + 1), hours[n + 1] ?? one + 1)
          judgements += judged === undefined ? 0 : 1
          assert.isFalse(judged?.isSilent ?? false, `share ${share}: ${JSON.stringify(judged)}`)
        }
        assert.isAbove(judgements, hours.length / 5)
        assert.isTrue(judgeAt(hours, (hours.at(-1) ?? 0) + 12 * week)?.isSilent)
      }
    })
  }

  it("of a short and even history is not taken for more regular than chance may have made it", () => {
    // Every fifth hour, and so each hour of the week at most once in three.
    const judged = judgeAt(
      hoursOfWeeks(3, () => true).filter((one) => (one - monday) % 5 === 0),
      monday + 3 * week
    )
    assert.isAbove(judged?.usualHours ?? 0, 3)
  })

  it("does not count the time in which nobody received, and learns nothing from it", () => {
    const end = monday + 5 * week + 10
    const hours = hoursOfWeeks(6, office).filter((one) => one < end)
    const away = [{ from: end * hour, to: (end + 5) * hour }]
    assert.isTrue(judgeAt(hours, end + 5)?.isSilent)
    assert.isFalse(judgeAt(hours, end + 5, away)?.isSilent)
    // A week away: what comes then is judged as before.
    const gap = hours.filter((one) => one < monday + 3 * week || one >= monday + 4 * week)
    const weekAway = [{ from: (monday + 3 * week) * hour, to: (monday + 4 * week) * hour }]
    assert.strictEqual(judgeAt(gap, end + 2, weekAway)?.factor, judgeAt(hours, end + 2)?.factor)
  })

  it("is not blunted by one outage in the past", () => {
    const whole = hoursOfWeeks(6, office)
    const withOutage = whole.filter((one) => one < monday + 3 * week || one >= monday + 3 * week + 72)
    const end = monday + 6 * week - 48
    const judged = judgeAt(
      withOutage.filter((one) => one < end),
      end + week
    )
    assert.isTrue(judged?.isSilent)
    assert.isBelow(judged?.usualHours ?? 99, 5)
  })

  it("is not judged before two weeks and twenty hours were seen", () => {
    assert.isUndefined(judgeAt(hoursOfWeeks(1, office), monday + 3 * week))
    assert.isUndefined(
      judgeAt(
        hoursOfWeeks(9, (n) => n === 9 || n === 33),
        monday + 12 * week
      )
    )
    assert.isDefined(judgeAt(hoursOfWeeks(3, office), monday + 3 * week))
  })

  it("of a topic that never came is three weeks of receiving", () => {
    const day = 24 * hour
    assert.isFalse(judgeNeverCome(0, [], 20 * day).isSilent)
    assert.deepInclude(judgeNeverCome(0, [], 21 * day), { usualHours: 168, factor: 3, isSilent: true })
    assert.isFalse(judgeNeverCome(0, [{ from: day, to: 3 * day }], 21 * day).isSilent)
  })
})
