/**
 * How far the day's quota of calls will last, and who may still use it.
 *
 * A share of it is kept for the higher priorities: a sync stops when no more than the reserve is left, requests for events
 * when half of the reserve is, and interactive ones go on to the end. The quota is the app's, anew at 00:00 GMT.
 */
import { DateTime, Option } from "effect"
import type { Priority } from "./Priority.ts"
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
  /** How much of what remains each priority may still use. */
  readonly mayUse: Readonly<Record<Priority, number>>
}

/** What is known of the quota at a moment. */
export interface QuotaUse {
  readonly limit: number
  readonly remaining: number
  readonly perSecond: number
}

/** Calls that are kept from a priority, of `limit` a day. `reserve` is a share. */
export const keptFrom = (priority: Priority, limit: number, reserve: number): number =>
  ({ interactive: 0, events: Math.ceil((limit * reserve) / 2), sync: Math.ceil(limit * reserve) })[priority]

export const forecastOf = ({ limit, perSecond, remaining }: QuotaUse, reserve: number, now: number): QuotaForecast => {
  const resetsAt = nextMidnightGmt(now)
  const left = Math.max(0, remaining)
  const spentAt = left === 0 ? now : perSecond > 0 ? now + (left / perSecond) * 1000 : Number.POSITIVE_INFINITY
  const mayUse = (priority: Priority) => Math.max(0, left - keptFrom(priority, limit, reserve))
  return {
    limit,
    used: Math.max(0, limit - left),
    remaining: left,
    resetsAt: DateTime.makeUnsafe(resetsAt),
    perSecond,
    spentAt: spentAt < resetsAt ? Option.some(DateTime.makeUnsafe(Math.floor(spentAt))) : Option.none(),
    mayUse: { interactive: mayUse("interactive"), events: mayUse("events"), sync: mayUse("sync") }
  }
}
