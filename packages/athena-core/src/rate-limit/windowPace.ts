/**
 * The pace that a declared window allows.
 *
 * How long the window is, the headers do not say. The longest wait until a reset that was ever told comes close; it is
 * cut to whole seconds, because some servers round the reset up to one. A window taken for shorter than it is leads to a
 * refusal, from which the pace learns; one taken for longer would cost a part of the budget for ever.
 *
 * Nor do they say whether the window is fixed (the count starts anew at the reset) or slides (the reset is when the oldest
 * request drops out of it). So two rates are told apart:
 *
 * - what windows allow one after the other, less one request: in a sliding window nothing would ever be left otherwise, and
 *   "nothing left" means to rest until the reset
 * - what is left of this window, spread over the time until its reset, where that is some seconds away. Closer to it, a
 *   sliding window always looks used up.
 */
import type { DeclaredPace } from "./Pace.ts"
import type { DeclaredWindow } from "./rateHeaders.ts"

/** What is known of a server's windows. */
export interface WindowLength {
  readonly limit: number
  readonly millis: number
}

/** Nearer than this, a reset that is rounded to seconds says nothing about the rate. */
const nearMillis = 2000

/** The length of the windows, as far as `window` and what was `known` before it tell. */
export const windowLength = (
  known: WindowLength | undefined,
  { limit, resetsAt }: DeclaredWindow,
  now: number
): WindowLength => {
  const millis = Math.max(1000, Math.floor((resetsAt - now) / 1000) * 1000)
  // Another limit is another window.
  return known !== undefined && known.limit === limit && known.millis >= millis ? known : { limit, millis }
}

/** Requests in flight will be counted in the same window as those that were answered. */
export const windowPace = (
  { limit, millis }: WindowLength,
  { remaining, resetsAt }: DeclaredWindow,
  inFlight: number,
  now: number
): DeclaredPace => ({
  sustained: (Math.max(limit - 1, 0.75 * limit) * 1000) / millis,
  left: resetsAt - now > nearMillis ? (Math.max(1, remaining - inFlight) * 1000) / (resetsAt - now) : undefined,
  until: resetsAt
})
