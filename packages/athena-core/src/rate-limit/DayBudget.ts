/**
 * The day's quota of the app, as all its processes know it: what the server last said of it, and how many requests were let
 * through since. Where the server says nothing, the configured quota less what was let through since 00:00 GMT.
 *
 * What the server says is written down only when it differs from what our own count made us expect: other programs of the
 * same app use the quota too.
 */
import { DateTime, Effect, Option, Schema } from "effect"
import { type CellKind, dayOf, type SharedState } from "../coordination/SharedState.ts"
import type { BudgetOptions } from "./BudgetOptions.ts"
import type { QuotaUser } from "./Priority.ts"
import { defaultReserve, forecastOf, keptFrom, type QuotaForecast } from "./QuotaForecast.ts"
import { type DailyQuota, nextMidnightGmt } from "./rateHeaders.ts"

/** No more of the day's quota is left to whoever asked until `retryAt`. */
export interface Spent {
  readonly scope: "daily-quota" | "daily-reserve" | "backfill-share"
  readonly retryAt: DateTime.Utc
}

export interface DayBudget {
  /** An answer said so much, while `inFlight` requests of this process were not answered yet. */
  readonly told: (quota: DailyQuota, inFlight: number, now: number) => Effect.Effect<void>
  /** Why a request of `user` is not sent today any more. */
  readonly spentFor: (user: QuotaUser, now: number) => Option.Option<Spent>
  /** Whether a pause until `pausedUntil` is that of a quota the server called spent. */
  readonly isRest: (pausedUntil: number) => boolean
  readonly forecast: (now: number) => Option.Option<QuotaForecast>
}

const DayMemory = Schema.Struct({
  /** Since 1970. */
  day: Schema.Finite,
  limit: Schema.Finite,
  /** As told when so many had been let through that day. */
  remaining: Schema.Finite,
  counted: Schema.Finite
})

/** What is known of the day's quota, by all processes; in the cell `<app>/day`. */
export const dayMemory: CellKind<typeof DayMemory.Type> = {
  schema: Schema.toCodecJson(DayMemory),
  initial: { day: -1, limit: 0, remaining: 0, counted: 0 },
  shifted: (memory) => memory,
  isSecret: false
}

/** The vendor's gauge moves every few requests. */
const gaugeStep = 5
/** A rate is measured over so long, in samples of so long. */
const measuredMillis = 300_000
const sampleMillis = 5000
/** Moments of two clocks that differ by less are the same. */
const nearMillis = 5000

const midnightAfter = (day: number) => (day + 1) * 86_400_000

export const makeDayBudget = (
  app: string,
  shared: SharedState["Service"],
  options: Pick<BudgetOptions, "dailyQuota" | "dailyReserve">
): DayBudget => {
  const cell = shared.cell(`${app}/day`, dayMemory)
  const counter = shared.counter(app)
  const reserve = options.dailyReserve ?? defaultReserve
  let samples: ReadonlyArray<{ readonly at: number; readonly today: number }> = []

  const todayAt = (now: number) => {
    const { day, today } = counter.current()
    return day === dayOf(now) ? today : 0
  }

  const toldAt = (now: number) => {
    const { counted, day, limit, remaining } = cell.current()
    if (day !== dayOf(now)) return undefined
    return { limit, remaining: remaining <= 0 ? 0 : remaining - Math.max(0, todayAt(now) - counted) }
  }

  const configuredAt = (now: number) =>
    options.dailyQuota === undefined
      ? undefined
      : { limit: options.dailyQuota, remaining: options.dailyQuota - todayAt(now) }

  /** The stricter of the two. */
  const leftAt = (now: number) => {
    const told = toldAt(now)
    const configured = configuredAt(now)
    if (told === undefined || configured === undefined) return told ?? configured
    return told.remaining <= configured.remaining ? told : configured
  }

  const sample = (now: number) => {
    const today = todayAt(now)
    const recent = samples.filter((one) => now - one.at <= measuredMillis && one.today <= today)
    const last = recent.at(-1)
    samples = last !== undefined && now - last.at < sampleMillis ? recent : [...recent, { at: now, today }]
  }

  const perSecondAt = (now: number) => {
    const [first] = samples
    return first === undefined || now <= first.at ? 0 : ((todayAt(now) - first.today) * 1000) / (now - first.at)
  }

  return {
    told: (quota, inFlight, now) =>
      Effect.suspend(() => {
        sample(now)
        const expected = toldAt(now)
        const isExpected =
          expected !== undefined &&
          expected.limit === quota.limit &&
          expected.remaining <= 0 === quota.remaining <= 0 &&
          Math.abs(expected.remaining - quota.remaining + inFlight) <= Math.max(gaugeStep, quota.limit / 500)
        if (isExpected) return Effect.void
        const counted = Math.max(0, todayAt(now) - inFlight)
        return Effect.asVoid(
          cell.update(() => ({ day: dayOf(now), limit: quota.limit, remaining: quota.remaining, counted }))
        )
      }),
    spentFor: (user, now) => {
      // Whoever waits for an answer is refused by the server's word alone, or by the configured quota: a forecast may be wrong.
      const left = user === "interactive" ? configuredAt(now) : leftAt(now)
      if (left === undefined || left.remaining > keptFrom(user, left.limit, reserve)) return Option.none()
      const retryAt = DateTime.makeUnsafe(nextMidnightGmt(now))
      const scope = user === "backfill" ? "backfill-share" : "daily-reserve"
      return Option.some({ scope: left.remaining <= 0 ? "daily-quota" : scope, retryAt })
    },
    isRest: (pausedUntil) => {
      const { day, remaining } = cell.current()
      return remaining <= 0 && Math.abs(pausedUntil - midnightAfter(day)) < nearMillis
    },
    forecast: (now) => {
      sample(now)
      return Option.map(Option.fromUndefinedOr(leftAt(now)), (left) =>
        forecastOf({ ...left, perSecond: perSecondAt(now) }, reserve, now)
      )
    }
  }
}
