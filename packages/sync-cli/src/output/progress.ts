/**
 * One line of progress on stderr, redrawn in place: a bar, rows, their rate and the time left. Drawn only on a terminal.
 */
import type { ProgressReport } from "@athena-engine/sync/runs/SyncProgress"
import { SyncProgress } from "@athena-engine/sync/runs/SyncProgress"
import { Clock, Effect, Layer } from "effect"

let isDrawn = false

/** What a log line must begin with so that it does not run into the bar. */
export const eraseProgress = (): string => {
  if (!isDrawn) return ""
  isDrawn = false
  return "\r\u001b[K"
}

const barWidth = 24

const timeLeft = (elapsedMs: number, done: number, all: number): string => {
  if (done === 0 || done >= all) return ""
  const seconds = Math.round((elapsedMs / done) * (all - done)) / 1000
  return seconds >= 90 ? `~${Math.round(seconds / 60)} min left` : `~${Math.max(1, Math.round(seconds))} s left`
}

/** The line, over all practices of the run. */
export const progressLine = (reports: ReadonlyArray<ProgressReport>, elapsedMs: number): string => {
  const done = reports.reduce((sum, report) => sum + report.windowsDone, 0)
  const all = reports.reduce((sum, report) => sum + report.windows, 0)
  const rows = reports.reduce((sum, report) => sum + report.fetched, 0)
  const filled = all === 0 ? 0 : Math.round((done / all) * barWidth)
  const rate = elapsedMs > 0 ? Math.round(rows / (elapsedMs / 1000)) : 0
  return [
    `${reports[0]?.resource ?? ""} ${"█".repeat(filled)}${"░".repeat(barWidth - filled)} ${done}/${all}`,
    `${rows.toLocaleString("en-US")} rows`,
    `${rate.toLocaleString("en-US")}/s`,
    timeLeft(elapsedMs, done, all)
  ]
    .filter((part) => part !== "")
    .join("  ")
}

const drawing = Effect.gen(function* () {
  const startedAt = yield* Clock.currentTimeMillis
  const reports = new Map<string, ProgressReport>()
  return (report: ProgressReport) =>
    Effect.map(Clock.currentTimeMillis, (now) => {
      reports.set(`${report.resource} of ${report.practiceId}`, report)
      const line = progressLine([...reports.values()], now - startedAt)
      process.stderr.write(`\r\u001b[K${line.slice(0, (process.stderr.columns ?? 80) - 1)}`)
      isDrawn = true
    })
})

/** Draws the progress of a command, and takes it away at its end. */
export const progress: Layer.Layer<never> = process.stderr.isTTY
  ? Layer.effect(
      SyncProgress,
      Effect.acquireRelease(drawing, () => Effect.sync(() => void process.stderr.write(eraseProgress())))
    )
  : Layer.empty
