/**
 * The result of a sync command: a table for people, one line of JSON for machines, and the exit code.
 */

import { Ended } from "@athena-engine/program/exit/Ended"
import type { SyncResult } from "@athena-engine/sync/runs/SyncResult"
import { Effect } from "effect"
import { status } from "./colours.ts"
import { print, printJson } from "./print.ts"
import { table } from "./table.ts"
import { remarkLines } from "./wrapped.ts"

export interface SyncReport {
  readonly command: string
  readonly runId: string
  readonly environment: string
  readonly results: ReadonlyArray<SyncResult>
  /** Calls that this run put into the audit trail. */
  readonly auditEvents: number
}

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`

/** Says which practice, where the message does not do so itself. */
const named = (practiceId: string, message: string) =>
  message.includes(`practice ${practiceId}`) ? message : `practice ${practiceId}: ${message}`

/** What a row is about; those of the feeds beside those of the lists. */
const subjectOf = ({ feed, resource }: SyncResult): string =>
  feed === undefined ? resource.replaceAll("_", " ") : `${feed.replace(/s$/, "")} changes`

type Column = readonly [heading: string, value: (result: SyncResult) => number]

/** In both tables the columns stay within 80 characters: where one resource is meant, the command's name says which. */
const counted: ReadonlyArray<Column> = [
  ["new", ({ inserted }) => inserted],
  ["updated", ({ updated }) => updated],
  ["same", ({ unchanged }) => unchanged],
  ["gone", ({ gone }) => gone]
]
/** What became of patients, in the words that are used of them. What was set aside is told below the table. */
const ofPatients: ReadonlyArray<Column> = [
  ["added", ({ inserted }) => inserted],
  ["changed", ({ updated }) => updated],
  ["unchanged", ({ unchanged }) => unchanged],
  ["gone", ({ gone }) => gone],
  ["merged", ({ merged }) => merged ?? 0]
]
const fetched: Column = ["fetched", (result) => result.fetched]
const aside: Column = ["aside", ({ quarantined }) => quarantined]
const calls: Column = ["calls", ({ requests }) => requests]

const sumOf = (results: ReadonlyArray<SyncResult>, [, value]: Column) =>
  results.reduce((sum, result) => sum + value(result), 0)

const tableOf = (results: ReadonlyArray<SyncResult>): string => {
  const practices = new Set(results.map(({ practiceId }) => practiceId)).size
  const subjects = [...new Set(results.map(subjectOf))]
  const isOfOne = subjects.length < 2
  const columns = isOfOne
    ? subjects[0] === "patients"
      ? [...ofPatients, calls]
      : [fetched, ...counted, aside, calls]
    : [...counted, calls]
  const row = (result: SyncResult) => [
    result.practiceId,
    ...(isOfOne ? [] : [subjectOf(result)]),
    status(result.status),
    ...columns.map(([, value]) => value(result)),
    ...(isOfOne ? [seconds(result.durationMs)] : [])
  ]
  const total = (subject: string) => {
    const ofIt = results.filter((result) => subjectOf(result) === subject)
    const cells = [
      `all ${practices}`,
      ...(isOfOne ? [] : [subject]),
      "",
      ...columns.map((column) => sumOf(ofIt, column))
    ]
    return isOfOne ? [...cells, ""] : cells
  }
  const headings = columns.map(([heading]) => heading)
  return table(
    ["practice", ...(isOfOne ? [] : ["resource"]), "status", ...headings, ...(isOfOne ? ["time"] : [])],
    [...results.map(row), ...(practices < 2 ? [] : subjects.map(total))]
  )
}

/** Where the table is long: how many ended how. */
const summary = (results: ReadonlyArray<SyncResult>): ReadonlyArray<string> => {
  const practices = Map.groupBy(results, ({ practiceId }) => practiceId)
  if (practices.size < 2) return []
  const ends = [...practices.values()].map((ofOne) =>
    ofOne.every((result) => result.status === "complete")
      ? "complete"
      : ofOne.every((result) => result.status === "failed")
        ? "failed"
        : "partial"
  )
  const counts = (["complete", "partial", "failed"] as const).flatMap((end) => {
    const count = ends.filter((one) => one === end).length
    return count === 0 ? [] : [`${count.toLocaleString("en-US")} ${status(end)}`]
  })
  return [`${practices.size} practices: ${counts.join(", ")}`]
}

/** Says of what, where the report is of several resources. */
const ofWhat = (report: SyncReport, result: SyncResult) =>
  `practice ${result.practiceId}${report.command === result.resource ? "" : `, ${subjectOf(result)}`}`

const plural = (count: number, one: string, several: string) =>
  count === 1 ? `1 ${one}` : `${count.toLocaleString("en-US")} ${several}`

/** Practices that fail alike are told of so often in full, then counted. */
const toldInFull = 3

/** Why parts ended; the same for many practices, as when a server is down, is not told as many times. */
const errorsOf = (results: ReadonlyArray<SyncResult>): ReadonlyArray<string> => {
  const byTag = Map.groupBy(
    results.flatMap(({ error, practiceId }) => (error === undefined ? [] : [{ ...error, practiceId }])),
    ({ tag }) => tag
  )
  return [...byTag].flatMap(([tag, failures]) => {
    const notes = new Map(failures.map(({ message, practiceId }) => [named(practiceId, message), practiceId]))
    const told = [...notes.keys()].slice(0, toldInFull)
    const toldOf = new Set(told.map((note) => notes.get(note)))
    const others = [...new Set(notes.values())].filter((practiceId) => !toldOf.has(practiceId))
    return others.length === 0
      ? [...notes.keys()]
      : [...told, `${tag}, also: ${plural(others.length, "practice", "practices")} ${others.join(", ")}`]
  })
}

const notesOf = (report: SyncReport, result: SyncResult): ReadonlyArray<string> => [
  ...(result.quarantined === 0
    ? []
    : [
        `${ofWhat(report, result)}: ${plural(result.quarantined, "record does", "records do")} not fit ` +
          `${result.quarantined === 1 ? "its" : "their"} schema; see athena-sync quarantine list`
      ]),
  ...(result.drifted === 0
    ? []
    : [
        `practice ${result.practiceId}: ${plural(result.drifted, "day", "days")} moved while ` +
          `${result.drifted === 1 ? "it was" : "they were"} read; the next run settles ${result.drifted === 1 ? "it" : "them"}`
      ]),
  ...(result.notes ?? [])
]

/** The report for people. */
export const syncReportText = (report: SyncReport): string => {
  // The same may be said of several resources of a practice.
  const notes = new Set([...errorsOf(report.results), ...report.results.flatMap((result) => notesOf(report, result))])
  const run = `${plural(report.auditEvents, "audit event", "audit events")}, run ${report.runId}, environment ${report.environment}`
  return [
    tableOf(report.results),
    "",
    ...summary(report.results),
    remarkLines(run),
    ...[...notes].map((note) => remarkLines(note))
  ].join("\n")
}

/** 1 when nothing could be done and nothing will change by itself; 3 when a part is missing; else none. */
const endOf = (results: ReadonlyArray<SyncResult>): Ended | undefined => {
  if (results.every((result) => result.status === "complete")) return undefined
  const hasFailed = results.every((result) => result.status === "failed" && result.error?.retryAt === undefined)
  return new Ended({ code: hasFailed ? 1 : 3 })
}

/** Prints the report, and ends the program with the code that it deserves. */
export const reportSync = Effect.fnUntraced(function* (report: SyncReport, isJson: boolean) {
  yield* isJson ? printJson(report) : print(syncReportText(report))
  const ended = endOf(report.results)
  if (ended !== undefined) return yield* ended
})
