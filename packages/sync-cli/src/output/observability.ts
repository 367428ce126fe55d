import { type ObservabilitySettings, observability as ofPrograms } from "@athena-engine/program/services/observability"
import { eraseProgress } from "./progress.ts"
import { wrapped } from "./wrapped.ts"

/**
 * On a terminal, lines for people are broken between words, below the message rather than the time, and leave the run's id to
 * the report at the end.
 */
const onTerminal = (line: string, { logFormat }: ObservabilitySettings): string =>
  process.stderr.isTTY && logFormat === "pretty"
    ? wrapped(line.replace(/ runId=\S+/, ""), process.stderr.columns, "", " ".repeat(15))
    : line

/** Logs and traces; a line of the log takes the place of the progress that is drawn. */
export const observability = (settings: ObservabilitySettings) =>
  ofPrograms(settings, (line) => void process.stderr.write(`${eraseProgress()}${onTerminal(line, settings)}\n`))
