/** `ATHENA_WEBHOOK_RETENTION`: how long events that are done or kept stay in the inbox. */
import { type Variable, withDefault } from "@athena-engine/athena-core/configuration/variables"
import { shortestRetention, usualRetention } from "@athena-engine/inbox/retention/forget"
import { Duration } from "effect"

const longest = Duration.days(3660)

/** 30 days by default; the vendor may replay seven, so never less than eight. */
export const webhookRetention: Variable<Duration.Duration> = withDefault<Duration.Duration>(
  "ATHENA_WEBHOOK_RETENTION",
  usualRetention,
  "a number of days from 8 to 3660: the vendor may send again what is up to 7 days old",
  (value) => {
    const days = /^(\d{1,4})\s*(?:d|days?)?$/i.exec(value)?.[1]
    const length = Duration.days(Number(days ?? 0))
    return Duration.between(length, { minimum: shortestRetention, maximum: longest }) ? length : undefined
  }
)
