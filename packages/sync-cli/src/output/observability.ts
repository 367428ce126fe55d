import { type ObservabilitySettings, observability as ofPrograms } from "@athena-engine/program/services/observability"
import { eraseProgress } from "./progress.ts"

/** Logs and traces; a line of the log takes the place of the progress that is drawn. */
export const observability = (settings: ObservabilitySettings) =>
  ofPrograms(settings, (line) => void process.stderr.write(`${eraseProgress()}${line}\n`))
