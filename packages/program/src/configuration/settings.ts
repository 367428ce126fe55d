/**
 * Everything that the programs read from their environment, checked at once before anything is contacted or written.
 */
import {
  type ConfigurationInvalid,
  ConfigurationProblem,
  optionalText,
  readAll,
  type Variable,
  withDefault
} from "@athena-engine/athena-core/configuration/variables"
import { athenaVariables } from "@athena-engine/athena-core/environment/AthenaSettings"
import { type LogFormat, levels } from "@athena-engine/athena-core/observability/SafeLogger"
import * as Database from "@athena-engine/database/Database"
import { Effect, FileSystem, type LogLevel, Option, Redacted, Result } from "effect"
import { Program } from "../Program.ts"

const logFormat: Variable<LogFormat> = withDefault<LogFormat>(
  "LOG_FORMAT",
  process.stderr.isTTY ? "pretty" : "json",
  "pretty or json",
  (value) => (value === "pretty" || value === "json" ? value : undefined)
)

const logLevel: Variable<LogLevel.LogLevel> = withDefault<LogLevel.LogLevel>(
  "LOG_LEVEL",
  "Info",
  "trace, debug, info, warn, error, fatal or none",
  (value) => levels[value.toLowerCase()]
)

const openTelemetryEndpoint: Variable<Option.Option<string>> = withDefault<Option.Option<string>>(
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  Option.none(),
  "an http or https URL",
  (value) => (/^https?:\/\//.test(value) && URL.canParse(value) ? Option.some(value) : undefined)
)

/** Read whole here: what the driver could not read later is a mistake in the configuration. */
const databaseUrl: Variable<Option.Option<Redacted.Redacted>> = Effect.flatMap(optionalText("DATABASE_URL"), (text) => {
  const url = Option.map(text, (value) => Redacted.make(value.trim(), { label: "database URL" }))
  return Option.match(Option.map(url, Database.inspectUrl), {
    onNone: () => Effect.succeed(url),
    onSome: Result.match({
      onSuccess: () => Effect.succeed(url),
      onFailure: ({ message }) =>
        Effect.fail(new ConfigurationProblem({ variable: "DATABASE_URL", expected: `not usable. ${message}` }))
    })
  })
})

const isDecodable = (text: string): boolean => {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

/** A user and password with a `%` of their own would end the program when the first connection is made. */
const isProxyUrl = (value: string): boolean => {
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) return false
  const { password, username } = new URL(value)
  return isDecodable(username) && isDecodable(password)
}

/** Checked only: the HTTP client reads it by itself. */
const proxy = (variable: string): Variable<Option.Option<Redacted.Redacted>> =>
  withDefault<Option.Option<Redacted.Redacted>>(
    variable,
    Option.none(),
    "an http or https URL; in a user and a password, write % as %25, @ as %40, : as %3A and / as %2F",
    (value) => (isProxyUrl(value) ? Option.some(Redacted.make(value, { label: "proxy URL" })) : undefined)
  )

/** Checked only: Node reads it by itself, and goes on without it where it cannot. */
const extraAuthorities: Variable<Option.Option<string>, FileSystem.FileSystem> = Effect.gen(function* () {
  const variable = "NODE_EXTRA_CA_CERTS"
  const file = yield* optionalText(variable)
  if (Option.isNone(file)) return file
  const files = yield* FileSystem.FileSystem
  const text = yield* Effect.orElseSucceed(files.readFileString(file.value), () => "")
  return text.includes("-----BEGIN CERTIFICATE-----")
    ? file
    : yield* new ConfigurationProblem({ variable, expected: "a readable file of certificates as PEM" })
})

const networkVariables = {
  httpProxy: proxy("HTTP_PROXY"),
  httpsProxy: proxy("HTTPS_PROXY"),
  lowerCaseHttpProxy: proxy("http_proxy"),
  lowerCaseHttpsProxy: proxy("https_proxy"),
  extraAuthorities
} as const

const observabilityVariables = {
  logFormat,
  logLevel,
  openTelemetryEndpoint,
  serviceName: Effect.flatMap(Program, ({ name }) => withDefault("OTEL_SERVICE_NAME", name, "a name", (value) => value))
} as const

const databaseVariables = {
  environment: athenaVariables.environment,
  isEnvironmentSet: Effect.map(optionalText("ATHENA_ENVIRONMENT"), Option.isSome),
  databaseUrl,
  dataDir: withDefault("ATHENA_DATA_DIR", ".athena", "a folder", (value) => value)
} as const

/** For the commands that only need the database. */
export const databaseSettings = readAll({ ...observabilityVariables, ...databaseVariables })

/** For the commands that only need the database, and are told which practices are synced and who acts. */
export const practiceSettings = readAll({
  ...observabilityVariables,
  ...databaseVariables,
  practices: athenaVariables.practices,
  serviceIdentity: athenaVariables.serviceIdentity
})

/** For the commands that call athenahealth. */
export const programSettings = readAll({
  ...observabilityVariables,
  ...databaseVariables,
  ...networkVariables,
  ...athenaVariables
})

/** Of the programs that listen besides; the host is handed to the system as it is. */
export const serverVariables = {
  ...observabilityVariables,
  ...databaseVariables,
  ...networkVariables,
  ...athenaVariables,
  host: withDefault("HOST", "127.0.0.1", "an address or a host name", (value) =>
    /^[\w.:-]+$/.test(value) ? value : undefined
  )
} as const

/** For the programs that listen besides. */
export const serverSettings = readAll(serverVariables)

export type DatabaseSettings = Effect.Success<typeof databaseSettings>
export type ProgramSettings = Effect.Success<typeof programSettings>
export type { ConfigurationInvalid }

/** Synthetic people go into a database by URL only if that was said in so many words. */
export const ignoresDatabaseUrl = (settings: DatabaseSettings): boolean =>
  settings.environment === "simulator" && !settings.isEnvironmentSet && Option.isSome(settings.databaseUrl)

/** Which database the program works on. */
export const databaseOptions = (settings: DatabaseSettings): Database.Options =>
  Option.isSome(settings.databaseUrl) && !ignoresDatabaseUrl(settings)
    ? { _tag: "Url", url: settings.databaseUrl.value }
    : { _tag: "Embedded", dataDir: settings.dataDir }

/** Where that database is, in words that are safe to print. */
export const databasePlace = (options: Database.Options): string =>
  options._tag === "Embedded"
    ? `the embedded database in ${options.dataDir}`
    : Result.match(Database.inspectUrl(options.url), {
        onSuccess: ({ where }) => `the database at ${where}`,
        onFailure: () => "the database"
      })
