/**
 * The variables of `athena-core`, as every program on it reads them. See the README's table.
 */
import { type Duration, Duration as Durations, Effect, Option } from "effect"
import {
  ConfigurationProblem,
  lengthOfTime,
  optionalText,
  positiveNumber,
  type Variable,
  withDefault
} from "../configuration/variables.ts"
import { PracticeId } from "../ids/PracticeId.ts"
import type { BudgetOptions } from "../rate-limit/BudgetOptions.ts"
import { defaultScope } from "./Connection.ts"
import { credentials } from "./credentialsVariable.ts"
import { type Environment, vendorOrigin } from "./Environment.ts"
import { encryptionKeys } from "./encryptionKeys.ts"

const environment: Variable<Environment> = withDefault(
  "ATHENA_ENVIRONMENT",
  "simulator" as Environment,
  "simulator, sandbox or production",
  (value) => (value === "simulator" || value === "sandbox" || value === "production" ? value : undefined)
)

/** The chosen environment, or `simulator` where the variable is wrong (which `environment` reports). */
const chosen: Effect.Effect<Environment> = Effect.orElseSucceed(environment, () => "simulator" as const)

const isLoopback = (url: URL) => ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname)

const parseOrigin = (value: string): string | undefined => {
  if (!URL.canParse(value)) return undefined
  const url = new URL(value)
  const isBare =
    url.pathname === "/" && url.search === "" && url.hash === "" && url.username === "" && url.password === ""
  const isAllowed = url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url))
  return isBare && isAllowed ? url.origin : undefined
}

/** The origin to talk to; none in the simulator, which the program starts itself. */
const origin: Variable<Option.Option<string>> = Effect.gen(function* () {
  const where = yield* chosen
  const variable = "ATHENA_BASE_URL"
  const override = yield* optionalText(variable)
  if (Option.isNone(override)) return where === "simulator" ? Option.none() : Option.some<string>(vendorOrigin[where])
  if (where !== "sandbox") {
    return yield* new ConfigurationProblem({ variable, expected: `not allowed with ${where}; it is for sandbox only` })
  }
  const parsed = parseOrigin(override.value.trim())
  return parsed === undefined
    ? yield* new ConfigurationProblem({
        variable,
        expected: "an https origin without path, or http to a loopback address"
      })
    : Option.some(parsed)
})

const isPracticeId = (value: string) => /^[0-9]{1,12}$/.test(value) && value !== "1"

const practices: Variable<ReadonlyArray<PracticeId>> = Effect.flatMap(chosen, (where) =>
  withDefault<ReadonlyArray<PracticeId>>(
    "ATHENA_PRACTICES",
    where === "simulator" ? [PracticeId.make("195900")] : [],
    "practice ids (digits), separated by commas",
    (value) => {
      const ids = [...new Set(value.split(",").map((id) => id.trim()))]
      return ids.every(isPracticeId) ? ids.map((id) => PracticeId.make(id)) : undefined
    }
  )
)

const rate = (variable: string): Variable<number> =>
  Effect.flatMap(chosen, (where) =>
    withDefault(variable, where === "production" ? 50 : 15, "requests per second, a number from 0.1 on", (value) => {
      const number = positiveNumber(value)
      return number !== undefined && number >= 0.1 ? number : undefined
    })
  )

const maxConcurrency: Variable<Option.Option<number>> = withDefault(
  "ATHENA_MAX_CONCURRENCY",
  Option.none(),
  "requests in flight per practice, a whole number from 1 to 256",
  (value) =>
    /^\d{1,3}$/.test(value) && Number(value) >= 1 && Number(value) <= 256 ? Option.some(Number(value)) : undefined
)

const dailyQuota: Variable<Option.Option<number>> = withDefault(
  "ATHENA_DAILY_QUOTA",
  Option.none(),
  "calls a day, a whole number",
  (value) => (/^[1-9]\d{0,11}$/.test(value) ? Option.some(Number(value)) : undefined)
)

const dailyReserve: Variable<number> = withDefault("ATHENA_DAILY_RESERVE", 0.1, "a share from 0 to 0.9", (value) =>
  /^0(\.\d{1,6})?$/.test(value) && Number(value) <= 0.9 ? Number(value) : undefined
)

/** The variables by name, to be read together with a program's own by `readAll`. */
export const athenaVariables = {
  environment,
  origin,
  credentials: credentials(chosen, practices),
  encryptionKeys,
  scope: withDefault("ATHENA_SCOPE", defaultScope, "an OAuth scope", (value) => value),
  practices,
  requestsPerSecond: rate("ATHENA_REQUESTS_PER_SECOND"),
  appRequestsPerSecond: rate("ATHENA_APP_REQUESTS_PER_SECOND"),
  maxConcurrency,
  dailyQuota,
  dailyReserve,
  maxWait: withDefault(
    "ATHENA_MAX_WAIT",
    Durations.seconds(60),
    "seconds, or a length such as 5 minutes",
    lengthOfTime
  ),
  serviceIdentity: optionalText("ATHENA_SERVICE_IDENTITY")
} as const

/** Two seconds' worth of the rate, at most 64. */
const defaultConcurrency = (requestsPerSecond: number) => Math.max(1, Math.min(64, Math.ceil(2 * requestsPerSecond)))

/** The budget of a program, from what `readAll` gave. */
export const budgetOf = (settings: {
  readonly environment: Environment
  readonly requestsPerSecond: number
  readonly appRequestsPerSecond: number
  readonly maxConcurrency: Option.Option<number>
  readonly dailyQuota: Option.Option<number>
  readonly dailyReserve: number
  readonly maxWait: Duration.Duration
}): BudgetOptions => ({
  requestsPerSecond: settings.requestsPerSecond,
  appRequestsPerSecond: settings.appRequestsPerSecond,
  startRequestsPerSecond: settings.environment === "production" ? 10 : 5,
  maxConcurrency: Option.getOrElse(settings.maxConcurrency, () => defaultConcurrency(settings.requestsPerSecond)),
  maxWait: settings.maxWait,
  dailyReserve: settings.dailyReserve,
  ...(Option.isNone(settings.dailyQuota) ? {} : { dailyQuota: settings.dailyQuota.value })
})
