/**
 * The logger of all programs: JSON lines or lines for people, on stderr, without any way for PHI to get in.
 *
 * - A message is a constant text of ours; anything else that is logged appears as its kind only.
 * - Annotations are kept by an allow-list of names.
 * - A cause appears as the tags of its errors.
 *
 * It replaces Effect's whole default set, so that no log text becomes an event of a span either.
 */
import { type Layer, Logger, type LogLevel, References } from "effect"
import { keepSafe } from "./safeAnnotations.ts"
import { tagOf, tagsOf } from "./safeCause.ts"

export type LogFormat = "pretty" | "json"

interface Line {
  readonly time: string
  readonly level: string
  readonly message: string
  readonly annotations: Readonly<Record<string, string | number>>
  readonly cause: ReadonlyArray<string>
}

const lineOf = (options: Logger.Options<unknown>): Line => ({
  time: options.date.toISOString(),
  level: options.logLevel.toLowerCase(),
  message: [options.message]
    .flat()
    .map((part) => (typeof part === "string" ? part : `<${tagOf(part)}>`))
    .join(" "),
  annotations: keepSafe(options.fiber.getRef(References.CurrentLogAnnotations)),
  cause: tagsOf(options.cause)
})

const json = (line: Line): string =>
  JSON.stringify({
    time: line.time,
    level: line.level,
    message: line.message,
    ...line.annotations,
    ...(line.cause.length === 0 ? {} : { cause: line.cause })
  })

const pretty = (line: Line): string =>
  [
    line.time.slice(11, 19),
    line.level.toUpperCase().padEnd(5),
    line.message,
    ...Object.entries(line.annotations).map(([name, value]) => `${name}=${value}`),
    ...line.cause.map((tag) => `cause=${tag}`)
  ].join(" ")

/** Writes to `write`, by default stderr: stdout belongs to results. */
export const make = (
  format: LogFormat,
  write: (line: string) => void = (line) => process.stderr.write(`${line}\n`)
): Logger.Logger<unknown, void> =>
  Logger.make((options) => {
    const line = lineOf(options)
    write(format === "json" ? json(line) : pretty(line))
  })

/** The only logger of the program. */
export const layer = (format: LogFormat, write?: (line: string) => void): Layer.Layer<never> =>
  Logger.layer([make(format, write)])

/** The levels that `LOG_LEVEL` names. */
export const levels: Readonly<Record<string, LogLevel.LogLevel>> = {
  trace: "Trace",
  debug: "Debug",
  info: "Info",
  warn: "Warn",
  warning: "Warn",
  error: "Error",
  fatal: "Fatal",
  none: "None"
}
