/**
 * What the vendor's headers say about waiting. Both forms occur and neither is documented for all hosts, so each is read
 * by its magnitude: `X-RateLimit-Reset` may be epoch seconds, epoch milliseconds, or a distance. Moments of the server's
 * clock are turned into ours.
 *
 * `X-RateLimit-Limit` and `-Remaining` have two meanings: with a parseable reset they describe the window up to it,
 * without one the day's quota, which is reset at 00:00 GMT.
 */

import { Option } from "effect"
import { Headers } from "effect/http"

/** The window that the server counts requests in. */
export interface DeclaredWindow {
  readonly limit: number
  readonly remaining: number
  /** Epoch milliseconds. */
  readonly resetsAt: number
}

/** The day's quota of calls of the app; an approximate gauge. */
export interface DailyQuota {
  readonly limit: number
  readonly remaining: number
}

const count = (headers: Headers.Headers, name: string): number | undefined => {
  const value = Option.getOrUndefined(Headers.get(headers, name))
  return value !== undefined && /^\s*\d{1,15}\s*$/.test(value) ? Number(value) : undefined
}

/** A number that may have decimals, as some gateways write times. */
const quantity = (headers: Headers.Headers, name: string): number | undefined => {
  const value = Option.getOrUndefined(Headers.get(headers, name))
  return value !== undefined && /^\s*\d{1,15}(\.\d{1,15})?\s*$/.test(value) ? Number(value) : undefined
}

/** A longer wait than this is not believed; no date can hold some of the numbers that a broken server sends. */
const longestWait = 366 * 86_400_000

/**
 * How far the server's clock is ahead of ours, by its `Date`. Two seconds are no difference: that header has whole ones,
 * and took its time. A clock of ours that is a minute slow would otherwise take every wait for a minute longer.
 */
const clockDifference = (headers: Headers.Headers, now: number): number => {
  const date = Date.parse(Option.getOrElse(Headers.get(headers, "date"), () => ""))
  return Number.isNaN(date) || Math.abs(date - now) <= 2000 ? 0 : date - now
}

/** Epoch milliseconds of a reset that lies ahead, however it is written. */
export const resetAt = (headers: Headers.Headers, now: number): number | undefined => {
  const value = quantity(headers, "x-ratelimit-reset")
  if (value === undefined) return undefined
  const isEpoch = value > 1e8
  const at = isEpoch
    ? (value > 1e11 ? value : value * 1000) - clockDifference(headers, now)
    : now + (value > 86_400 ? value : value * 1000)
  return at > now ? Math.min(now + longestWait, at) : undefined
}

/** Epoch milliseconds at which `Retry-After` (seconds or an HTTP date) allows another request. */
export const retryAfterAt = (headers: Headers.Headers, now: number): number | undefined => {
  const value = Option.getOrUndefined(Headers.get(headers, "retry-after"))?.trim()
  if (value === undefined || value === "") return undefined
  if (/^-?\d+(\.\d+)?$/.test(value)) return now + Math.min(longestWait, Number(value) * 1000)
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.min(now + longestWait, date - clockDifference(headers, now))
}

export const declaredWindow = (headers: Headers.Headers, now: number): DeclaredWindow | undefined => {
  const limit = count(headers, "x-ratelimit-limit")
  const remaining = count(headers, "x-ratelimit-remaining")
  const resetsAt = resetAt(headers, now)
  return limit === undefined || remaining === undefined || resetsAt === undefined
    ? undefined
    : { limit, remaining, resetsAt }
}

export const dailyQuota = (headers: Headers.Headers): DailyQuota | undefined => {
  // A reset that cannot be read tells of no window.
  if (quantity(headers, "x-ratelimit-reset") !== undefined) return undefined
  const limit = count(headers, "x-ratelimit-limit")
  const remaining = count(headers, "x-ratelimit-remaining")
  return limit === undefined || remaining === undefined ? undefined : { limit, remaining }
}

/** The next 00:00 GMT after `now`, epoch milliseconds: when the day's quota is full again. */
export const nextMidnightGmt = (now: number): number => (Math.floor(now / 86_400_000) + 1) * 86_400_000
