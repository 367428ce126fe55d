/** Rate limits and quotas, as data: given at the start, replaced at run time. */
import { Schema } from "effect"

/**
 * How a request over the limit is refused; sources know all of these (dossier D.3):
 *
 * - `retry-after-seconds`, `retry-after-date`, `bare`: 429 with `Retry-After` in seconds, as an HTTP date, or not at all
 * - `apigee`: 429 with Apigee's fault JSON and no `Retry-After`
 * - `mashery-qps`, `mashery-rate`: 403 with HTML-like text and Mashery's headers
 */
export const refusalStyles = [
  "retry-after-seconds",
  "retry-after-date",
  "bare",
  "apigee",
  "mashery-qps",
  "mashery-rate"
] as const
export const RefusalStyle = Schema.Literals(refusalStyles)
export type RefusalStyle = typeof RefusalStyle.Type

/**
 * What `X-RateLimit-*` says on API answers: the day's quota (no `X-RateLimit-Reset`), or this limit's window with
 * the reset as epoch seconds, epoch milliseconds or seconds to go, or nothing at all.
 */
export const RateLimitHeaders = Schema.Literals([
  "daily",
  "window-epoch-seconds",
  "window-epoch-milliseconds",
  "window-seconds-to-go",
  "none"
])
export type RateLimitHeaders = typeof RateLimitHeaders.Type

const positive = Schema.Int.check(Schema.isGreaterThan(0))

/** A limit on requests in a sliding window. Refused requests do not count against it. */
export const RequestLimit = Schema.Struct({
  requests: positive,
  /** Length of the window; 1,000 by default, so `requests` is a rate per second. */
  windowMilliseconds: Schema.optionalKey(positive),
  /** `retry-after-seconds` by default. */
  refusal: Schema.optionalKey(RefusalStyle),
  /** What `Retry-After` says, where the style has it; by default the time until there is room, at least 1. May be 0 or negative. */
  retryAfterSeconds: Schema.optionalKey(Schema.Int),
  /** `daily` by default. */
  headers: Schema.optionalKey(RateLimitHeaders)
})
export type RequestLimit = typeof RequestLimit.Type

export const Limits = Schema.Struct({
  /** For each practice on its own. */
  practice: Schema.optionalKey(RequestLimit),
  /** Practices whose limit differs from `practice`, by id. */
  practices: Schema.optionalKey(Schema.Record(Schema.String, RequestLimit)),
  /** For all practices together. */
  app: Schema.optionalKey(RequestLimit),
  /** Requests from midnight to midnight GMT; 50,000 by default. */
  dailyQuota: Schema.optionalKey(positive),
  /** How the daily quota refuses; `apigee` by default. */
  dailyRefusal: Schema.optionalKey(RefusalStyle),
  /** Token requests per minute, anew at the top of the minute; 5 by default, as in preview. */
  tokensPerMinute: Schema.optionalKey(positive)
})
export type Limits = typeof Limits.Type
