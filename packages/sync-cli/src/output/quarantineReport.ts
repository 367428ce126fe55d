/**
 * What is in quarantine, and what a retry made of it.
 */
import type { LeftToNextRun, QuarantinedRecord } from "@athena-engine/sync/quarantine/readQuarantine"
import type { SyncResult } from "@athena-engine/sync/runs/SyncResult"
import { Effect } from "effect"
import { print, printJson } from "./print.ts"
import { reportSync, type SyncReport } from "./syncReport.ts"
import { tableRows } from "./table.ts"
import { remarkLines, terminalWidth, wrapped } from "./wrapped.ts"

const minute = (stamp: string) => stamp.slice(0, 16).replace("T", " ")

/** Under each record the reason, which is longer than a column. */
const forPeople = (records: ReadonlyArray<QuarantinedRecord>): string => {
  const { headings, rows } = tableRows(
    ["id", "practice", "resource", "record", "first seen (UTC)"],
    records.map((one) => [
      String(one.id),
      one.practiceId,
      one.resource,
      one.recordId ?? "(no id)",
      minute(one.firstSeenAt)
    ])
  )
  const reasons = records.map(({ reason }) => wrapped(reason, terminalWidth(), "    "))
  return [headings, ...rows.flatMap((row, n) => [row, reasons[n] ?? ""])].join("\n")
}

/** Prints what is in quarantine, for people or for machines. */
export const printQuarantine = (environment: string, records: ReadonlyArray<QuarantinedRecord>, isJson: boolean) => {
  if (isJson) return printJson({ command: "quarantine list", environment, records })
  return print(records.length === 0 ? "The quarantine is empty." : forPeople(records))
}

/** One practice's part of a retry. */
export interface RetryResult extends SyncResult {
  /** What only the next run of a command reads again. */
  readonly leftToNextRun: ReadonlyArray<LeftToNextRun>
}

const noteOf = ({ leftToNextRun, practiceId }: RetryResult): ReadonlyArray<string> =>
  leftToNextRun.map(
    ({ command, records, resource }) =>
      `practice ${practiceId}: ${records} of ${resource} cannot be read by an id; the next athena-sync ${command} reads them again`
  )

/** Prints what a retry did, and ends the program with the code that it deserves. */
export const reportRetry = Effect.fnUntraced(function* (
  report: Omit<SyncReport, "results"> & { readonly results: ReadonlyArray<RetryResult> },
  isJson: boolean
) {
  const reported = yield* Effect.exit(reportSync(report, isJson))
  const notes = report.results.flatMap(noteOf)
  if (!isJson && notes.length > 0) yield* print(notes.map((note) => remarkLines(note, terminalWidth())).join("\n"))
  return yield* reported
})
