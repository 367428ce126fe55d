/**
 * What the progress of a command looks like: a line for each practice that is at work, as far as they fit, and one for all of
 * them, with rows, their rate, the share of the budget that is used, and the time left.
 */
import type { ProgressReport } from "@athena-engine/sync/runs/SyncProgress"

/** How far a practice is: what it told last, and the requests of all that it has told of. */
export interface PracticeProgress {
  readonly report: ProgressReport
  readonly rows: number
  readonly requests: number
  readonly isDone: boolean
}

export interface Progress {
  /** In the order in which they began. */
  readonly practices: ReadonlyArray<PracticeProgress>
  /** Practices of the command. */
  readonly expected: number
  readonly elapsedMs: number
  /** Requests a second that the budget allows to all of them. */
  readonly ceiling: number
}

export interface Size {
  readonly columns: number
  readonly rows: number
}

const bar = (done: number, all: number, width: number): string => {
  const filled = all === 0 ? 0 : Math.round((Math.min(done, all) / all) * width)
  return "█".repeat(filled) + "░".repeat(width - filled)
}

const number = (count: number) => count.toLocaleString("en-US")

const duration = (seconds: number): string => {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`
}

/** Parts that fit beside each other, the first ones first. */
const fitted = (parts: ReadonlyArray<string>, width: number): string => {
  let line = ""
  for (const part of parts.filter((one) => one !== "")) {
    const longer = line === "" ? part : `${line}  ${part}`
    if (longer.length > width) break
    line = longer
  }
  return line.slice(0, Math.max(0, width))
}

const sum = (practices: ReadonlyArray<PracticeProgress>, value: (one: PracticeProgress) => number) =>
  practices.reduce((known, one) => known + value(one), 0)

/** Practices that have not begun are taken to be as long as the others. */
const windowsOf = ({ expected, practices }: Progress) => {
  const done = sum(practices, ({ isDone, report }) => (isDone ? report.windows : report.windowsDone))
  const known = sum(practices, ({ report }) => report.windows)
  const all = practices.length === 0 ? 0 : Math.round((known / practices.length) * Math.max(expected, practices.length))
  return { done, all }
}

const totalLine = (progress: Progress, width: number): string => {
  const { ceiling, elapsedMs, expected, practices } = progress
  const { all, done } = windowsOf(progress)
  const seconds = elapsedMs / 1000
  const rows = sum(practices, (one) => one.rows)
  const requests = sum(practices, (one) => one.requests)
  const perSecond = (count: number) => (seconds > 0 ? count / seconds : 0)
  const [only] = practices
  const finished = practices.filter(({ isDone }) => isDone).length
  const name = expected === 1 ? nameOf(only?.report) : `${finished} of ${number(expected)} practices`
  return fitted(
    [
      `${name} ${bar(done, all, width < 100 ? 12 : 24)} ${number(done)}/${number(all)}`,
      done === 0 || done >= all ? "" : `~${duration((seconds / done) * (all - done))} left`,
      `${number(rows)} rows`,
      `${number(Math.round(perSecond(rows)))}/s`,
      requests === 0 ? "" : `budget ${Math.min(100, Math.round((perSecond(requests) / ceiling) * 100))} %`
    ],
    width
  )
}

const nameOf = (report: ProgressReport | undefined) => (report?.resource ?? "").replaceAll("_", " ")

const practiceLine = ({ report, rows }: PracticeProgress, width: number): string =>
  fitted(
    [
      `${report.practiceId.padEnd(8)} ${nameOf(report).padEnd(20)} ${bar(report.windowsDone, report.windows, 12)} ${number(report.windowsDone)}/${number(report.windows)}`,
      `${number(rows)} rows`
    ],
    width
  )

/** The lines; none before anything was told. They leave the last column free, since a full line would break. */
export const progressLines = (progress: Progress, { columns, rows }: Size): ReadonlyArray<string> => {
  if (progress.practices.length === 0) return []
  const width = columns - 1
  const total = totalLine(progress, width)
  const atWork = progress.practices.filter(({ isDone }) => !isDone)
  if (progress.expected === 1 || atWork.length === 0) return [total]
  // At least half of the screen is left to what was said before.
  const room = Math.max(1, Math.min(12, Math.floor(rows / 2) - 2))
  const shown = atWork.slice(0, atWork.length > room ? room - 1 : room)
  const folded = atWork.length - shown.length
  return [
    ...shown.map((one) => practiceLine(one, width)),
    ...(folded === 0 ? [] : [fitted([`and ${folded} practices more`], width)]),
    total
  ]
}
