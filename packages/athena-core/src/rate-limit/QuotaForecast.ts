/**
 * How far the day's quota of calls will last, and who may still use it.
 *
 * A share of it is kept for the higher priorities: a sync stops when no more than the reserve is left, requests for events
 * when half of the reserve is, and interactive ones go on to the end. A backfill stops half-way to the reserve, so that the
 * day's other syncs have as much. The quota is the app's, anew at 00:00 GMT.
 */
import { DateTime, Option } from "effect"
import type { QuotaUser } from "./Priority.ts"
import { nextMidnightGmt } from "./rateHeaders.ts"

export interface QuotaForecast {
  /** Calls a day. */
  readonly limit: number
  readonly used: number
  readonly remaining: number
  /** The next 00:00 GMT. */
  readonly resetsAt: DateTime.Utc
  /** Calls a second, of all processes, in the last minutes. */
  readonly perSecond: number
  /** When nothing is left, if it goes on so; none if it lasts until the reset. */
  readonly spentAt: Option.Option<DateTime.Utc>
  /** How much of what remains each may still use. */
  readonly mayUse: Readonly<Record<QuotaUser, number>>
}

/** What is known of the quota at a moment. */
export interface QuotaUse {
  readonly limit: number
  readonly remaining: number
  readonly perSecond: number
}

/** A tenth of the quota is kept for what is more urgent than a sync. */
export const defaultReserve = 0.1

/** Shares of the day's calls that are kept from each. */
const keptShare = (user: QuotaUser, reserve: number): number =>
  ({ interactive: 0, events: reserve / 2, sync: reserve, backfill: (1 + reserve) / 2 })[user]

/** Calls that are kept from `user`, of `limit` a day. `reserve` is a share. */
export const keptFrom = (user: QuotaUser, limit: number, reserve: number): number =>
  // Sums of shares are not exact.
  Math.ceil(limit * keptShare(user, reserve) - 1e-6)

/** Days that so many calls take, where only `user` uses the quota of `limit` a day. */
export const daysFor = (calls: number, user: QuotaUser, limit: number, reserve: number): number =>
  Math.ceil(calls / Math.max(1, limit - keptFrom(user, limit, reserve)))

export const forecastOf = ({ limit, perSecond, remaining }: QuotaUse, reserve: number, now: number): QuotaForecast => {
  const resetsAt = nextMidnightGmt(now)
  const left = Math.max(0, remaining)
  const spentAt = left === 0 ? now : perSecond > 0 ? now + (left / perSecond) * 1000 : Number.POSITIVE_INFINITY
  const mayUse = (user: QuotaUser) => Math.max(0, left - keptFrom(user, limit, reserve))
  return {
    limit,
    used: Math.max(0, limit - left),
    remaining: left,
    resetsAt: DateTime.makeUnsafe(resetsAt),
    perSecond,
    spentAt: spentAt < resetsAt ? Option.some(DateTime.makeUnsafe(Math.floor(spentAt))) : Option.none(),
    mayUse: {
      interactive: mayUse("interactive"),
      events: mayUse("events"),
      sync: mayUse("sync"),
      backfill: mayUse("backfill")
    }
  }
}
