/**
 * Everything that `athena-sync` reads from its environment, checked at once before anything is contacted or written.
 */
import {
  type ConfigurationInvalid,
  optionalText,
  readAll,
  type Variable,
  withDefault
} from "@athena-engine/athena-core/configuration/variables"
import { athenaVariables } from "@athena-engine/athena-core/environment/AthenaSettings"
import { type LogFormat, levels } from "@athena-engine/athena-core/observability/SafeLogger"
import type * as Database from "@athena-engine/database/Database"
import { Effect, type LogLevel, Option, Redacted } from "effect"

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

const databaseUrl: Variable<Option.Option<Redacted.Redacted>> = withDefault<Option.Option<Redacted.Redacted>>(
  "DATABASE_URL",
  Option.none(),
  "a postgresql:// URL",
  (value) =>
    /^postgres(ql)?:\/\//.test(value) ? Option.some(Redacted.make(value, { label: "database URL" })) : undefined
)

const observabilityVariables = {
  logFormat,
  logLevel,
  openTelemetryEndpoint,
  serviceName: withDefault("OTEL_SERVICE_NAME", "athena-sync", "a name", (value) => value)
} as const

const databaseVariables = {
  environment: athenaVariables.environment,
  isEnvironmentSet: Effect.map(optionalText("ATHENA_ENVIRONMENT"), Option.isSome),
  databaseUrl,
  dataDir: withDefault("ATHENA_DATA_DIR", ".athena", "a folder", (value) => value)
} as const

/** For the commands that only need the database. */
export const databaseSettings = readAll({ ...observabilityVariables, ...databaseVariables })

/** For the commands that call athenahealth. */
export const programSettings = readAll({ ...observabilityVariables, ...databaseVariables, ...athenaVariables })

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
