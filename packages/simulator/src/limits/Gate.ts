/** Admits or refuses requests by the limits in force, and says what the rate headers say. */
import type { Limits, RequestLimit } from "./Limits.ts"
import { type Refusal, refusalAnswer } from "./refusal.ts"
import { SlidingWindow } from "./SlidingWindow.ts"

export interface Admission {
  /** Absent when the request is admitted. */
  readonly refusal: Refusal | undefined
  /** `X-RateLimit-*`, for admitted and refused answers alike. */
  readonly headers: Readonly<Record<string, string>>
}

const dayMilliseconds = 86_400_000

export class Gate {
  #limits: Limits
  readonly #practices = new Map<string, SlidingWindow>()
  readonly #app = new SlidingWindow()
  #day = -1
  #today = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  get limits(): Limits {
    return this.#limits
  }

  /** Takes effect with the next request; what was counted so far stays counted. */
  replace(limits: Limits): void {
    this.#limits = limits
  }

  /** Decides on one API request, and counts it if it is admitted. */
  admit(practiceId: string, now: number): Admission {
    const limits = this.#limits
    const day = Math.floor(now / dayMilliseconds)
    if (day !== this.#day) this.#today = 0
    this.#day = day

    const own = limits.practices?.[practiceId] ?? limits.practice
    const window = this.#practices.get(practiceId) ?? new SlidingWindow()
    this.#practices.set(practiceId, window)
    const refusal = refusedBy(own, window, now) ?? refusedBy(limits.app, this.#app, now) ?? this.#refusedByQuota(now)
    if (refusal === undefined) {
      window.add(now)
      this.#app.add(now)
      this.#today++
    }
    // The practice's window is told before the app's, where each says how to tell it.
    const tellsApp = own?.headers === undefined && limits.app?.headers !== undefined
    const headers = tellsApp ? this.#headers(limits.app, this.#app, now) : this.#headers(own, window, now)
    return { refusal, headers }
  }

  #refusedByQuota(now: number): Refusal | undefined {
    if (this.#today < (this.#limits.dailyQuota ?? 50_000)) return undefined
    const untilMidnight = Math.ceil(((this.#day + 1) * dayMilliseconds - now) / 1000)
    return refusalAnswer(this.#limits.dailyRefusal ?? "apigee", untilMidnight, now)
  }

  #headers(limit: RequestLimit | undefined, window: SlidingWindow, now: number): Readonly<Record<string, string>> {
    const style = limit?.headers ?? "daily"
    if (style === "none") return {}
    if (style === "daily" || limit === undefined) {
      const quota = this.#limits.dailyQuota ?? 50_000
      // An approximate gauge: it moves every few requests. Only at the end is it exact.
      const left = Math.max(0, quota - this.#today)
      const shown = left > 10 ? Math.min(quota, left - (left % 3) + 2) : left
      return { "X-RateLimit-Limit": String(quota), "X-RateLimit-Remaining": String(shown) }
    }
    const length = limit.windowMilliseconds ?? 1000
    const used = window.count(now, length)
    const reset = (window.oldest ?? now) + length
    const resets = {
      "window-epoch-seconds": Math.ceil(reset / 1000),
      "window-epoch-milliseconds": Math.ceil(reset),
      "window-seconds-to-go": Math.max(1, Math.ceil((reset - now) / 1000))
    }
    return {
      "X-RateLimit-Limit": String(limit.requests),
      "X-RateLimit-Remaining": String(Math.max(0, limit.requests - used)),
      "X-RateLimit-Reset": String(resets[style])
    }
  }
}

const refusedBy = (limit: RequestLimit | undefined, window: SlidingWindow, now: number): Refusal | undefined => {
  if (limit === undefined) return undefined
  const length = limit.windowMilliseconds ?? 1000
  if (window.count(now, length) < limit.requests) return undefined
  const untilRoom = Math.max(1, Math.ceil(((window.oldest ?? now) + length - now) / 1000))
  return refusalAnswer(limit.refusal ?? "retry-after-seconds", limit.retryAfterSeconds ?? untilRoom, now)
}
