/** The answer to a request over a limit, in each of the recorded styles. */
import type { RefusalStyle } from "./Limits.ts"

export interface Refusal {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly contentType: string
  readonly body: string
}

/** `retryAfterSeconds` counts from `now`, epoch milliseconds. */
export const refusalAnswer = (style: RefusalStyle, retryAfterSeconds: number, now: number): Refusal => {
  switch (style) {
    case "retry-after-seconds":
      return tooMany({ "Retry-After": String(retryAfterSeconds) })
    case "retry-after-date":
      // Whole seconds: rounded up, or the date would already be past.
      return tooMany({ "Retry-After": new Date(Math.ceil(now / 1000 + retryAfterSeconds) * 1000).toUTCString() })
    case "bare":
      return tooMany({})
    case "apigee":
      return {
        ...tooMany({}),
        body: JSON.stringify({
          fault: {
            faultstring: "Spike arrest violation. Allowed rate : MessageRate{capacity=1, period=Microseconds}",
            detail: { errorcode: "policies.ratelimit.SpikeArrestViolation" }
          }
        })
      }
    case "mashery-qps":
      return mashery("ERR_403_DEVELOPER_OVER_QPS", "Account Over Queries Per Second Limit", "Developer Over Qps", {
        "Retry-After": String(retryAfterSeconds)
      })
    case "mashery-rate":
      return mashery("ERR_403_DEVELOPER_OVER_RATE", "Account Over Rate Limit", "403 Developer Over Rate", {})
  }
}

const tooMany = (headers: Readonly<Record<string, string>>): Refusal => ({
  status: 429,
  headers,
  contentType: "application/json",
  body: `\n\n{"error":"Too many requests."}`
})

const mashery = (code: string, detail: string, title: string, headers: Readonly<Record<string, string>>): Refusal => ({
  status: 403,
  headers: { ...headers, "X-Mashery-Error-Code": code, "X-Error-Detail-Header": detail, Server: "Mashery Proxy" },
  contentType: "text/xml",
  body: `<h1>${title}</h1>`
})
