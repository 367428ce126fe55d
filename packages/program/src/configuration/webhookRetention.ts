/** `ATHENA_WEBHOOK_RETENTION`: how long events that are done or kept stay in the inbox. */
import { lengthOfTime, type Variable, withDefault } from "@athena-engine/athena-core/configuration/variables"
import { shortestRetention, usualRetention } from "@athena-engine/inbox/retention/forget"
import { Duration } from "effect"

const longest = Duration.days(3660)

const inDays = (value: string): Duration.Duration | undefined => {
  const days = /^(\d{1,4})\s*(d|days?)$/i.exec(value)?.[1]
  return days === undefined ? lengthOfTime(value) : Duration.days(Number(days))
}

/** 30 days by default; the vendor may replay seven, so never less than eight. */
export const webhookRetention: Variable<Duration.Duration> = withDefault<Duration.Duration>(
  "ATHENA_WEBHOOK_RETENTION",
  usualRetention,
  "8 days or more and at most 3660, such as 30 days: the vendor may send again what is up to 7 days old",
  (value) => {
    const length = inDays(value)
    if (length === undefined) return undefined
    const isEnough = Duration.isGreaterThanOrEqualTo(length, shortestRetention)
    return isEnough && Duration.isLessThanOrEqualTo(length, longest) ? length : undefined
  }
)
