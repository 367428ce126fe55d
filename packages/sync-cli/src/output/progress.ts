/**
 * The progress of a command on stderr, redrawn in place. Drawn only on a terminal that can be drawn on.
 *
 * Runs tell what they have done; a clock draws, so that a rate and a time left are true also where nothing is told for a while.
 * Whatever else is written to stderr takes the lines away first (`eraseProgress`), and they are drawn anew below it.
 */
import { CurrentCallStatistics } from "@athena-engine/athena-core/http/CallStatistics"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { type ProgressReport, SyncProgress } from "@athena-engine/sync/runs/SyncProgress"
import { Clock, Context, Effect, Layer, Schedule } from "effect"
import { colouredOnStderr } from "./colours.ts"
import { type PracticeProgress, progressLines } from "./progressLines.ts"

let linesDrawn = 0

/** What a line on stderr must begin with so that it does not run into the progress. */
export const eraseProgress = (): string => {
  if (linesDrawn === 0) return ""
  const up = linesDrawn > 1 ? `\u001b[${linesDrawn - 1}A` : ""
  linesDrawn = 0
  return `\r${up}\u001b[J`
}

/** To be told when a practice is done with all of its parts. */
export const PracticeDone = Context.Reference<(practiceId: PracticeId) => Effect.Effect<void>>(
  "sync-cli/output/PracticeDone",
  { defaultValue: () => () => Effect.void }
)

export interface ProgressOptions {
  /** Practices of the command. */
  readonly practices: number
  /** Requests a second that the budget allows to all of them. */
  readonly ceiling: number
}

interface Told extends PracticeProgress {
  /** Rows and requests of each resource. */
  readonly of: ReadonlyMap<string, { readonly rows: number; readonly requests: number }>
}

const tell = (known: Told | undefined, report: ProgressReport, requests: number): Told => {
  const of = new Map([...(known?.of ?? []), [report.resource, { rows: report.fetched, requests }]])
  const total = (value: "rows" | "requests") => [...of.values()].reduce((sum, one) => sum + one[value], 0)
  return { report, of, rows: total("rows"), requests: total("requests"), isDone: false }
}

const drawing = Effect.fnUntraced(function* ({ ceiling, practices }: ProgressOptions) {
  const startedAt = yield* Clock.currentTimeMillis
  const told = new Map<PracticeId, Told>()

  const draw = Effect.map(Clock.currentTimeMillis, (now) => {
    const { columns = 80, rows = 24 } = process.stderr
    const progress = { practices: [...told.values()], expected: practices, elapsedMs: now - startedAt, ceiling }
    const lines = progressLines(progress, { columns, rows })
    if (lines.length === 0) return
    process.stderr.write(eraseProgress() + lines.map((line) => colouredOnStderr("cyan", line)).join("\n"))
    linesDrawn = lines.length
  })
  yield* Effect.forkScoped(Effect.repeat(draw, Schedule.spaced("200 millis")))
  yield* Effect.addFinalizer(() => Effect.sync(() => void process.stderr.write(eraseProgress())))

  return Context.make(SyncProgress, (report) =>
    Effect.map(CurrentCallStatistics, (statistics) => {
      told.set(report.practiceId, tell(told.get(report.practiceId), report, statistics?.requests ?? 0))
    })
  ).pipe(
    Context.add(PracticeDone, (practiceId) =>
      Effect.sync(() => {
        const known = told.get(practiceId)
        if (known !== undefined) told.set(practiceId, { ...known, isDone: true })
      })
    )
  )
})

/** Draws the progress of a command, and takes it away at its end. */
export const progress = (options: ProgressOptions): Layer.Layer<never> =>
  process.stderr.isTTY && process.env["TERM"] !== "dumb" ? Layer.effectContext(drawing(options)) : Layer.empty
