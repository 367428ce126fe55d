/**
 * The result of a sync command: a table for people, one line of JSON for machines, and the exit code.
 */

import { Ended } from "@athena-engine/program/exit/Ended"
import type { SyncResult } from "@athena-engine/sync/runs/SyncResult"
import { Effect } from "effect"
import { print, printJson } from "./print.ts"
import { table } from "./table.ts"

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

/** In both tables the columns stay within 80 characters: where one resource is meant, the command's name says which. */
const tableOf = (results: ReadonlyArray<SyncResult>): string => {
  if (new Set(results.map(({ resource }) => resource)).size < 2) {
    return table(
      ["practice", "status", "fetched", "new", "updated", "same", "gone", "aside", "calls", "time"],
      results.map((result) => [
        result.practiceId,
        result.status,
        result.fetched,
        result.inserted,
        result.updated,
        result.unchanged,
        result.gone,
        result.quarantined,
        result.requests,
        seconds(result.durationMs)
      ])
    )
  }
  return table(
    ["practice", "resource", "status", "new", "updated", "same", "gone", "calls"],
    results.map((result) => [
      result.practiceId,
      result.resource,
      result.status,
      result.inserted,
      result.updated,
      result.unchanged,
      result.gone,
      result.requests
    ])
  )
}

/** Says of what, where the report is of several resources. */
const ofWhat = (report: SyncReport, { practiceId, resource }: SyncResult) =>
  `practice ${practiceId}${report.command === resource ? "" : `, ${resource}`}`

const forPeople = (report: SyncReport): string => {
  const notes = report.results.flatMap((result) => [
    ...(result.error === undefined ? [] : [named(result.practiceId, result.error.message)]),
    ...(result.quarantined === 0
      ? []
      : [
          `${ofWhat(report, result)}: ${result.quarantined} records do not fit their schema; see athena-sync quarantine list`
        ]),
    ...(result.drifted === 0
      ? []
      : [
          `practice ${result.practiceId}: ${result.drifted} days moved while they were read; the next run settles them`
        ]),
    ...(result.notes ?? [])
  ])
  return [
    tableOf(report.results),
    "",
    `${report.auditEvents} audit events, run ${report.runId}, environment ${report.environment}`,
    ...notes
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
  yield* isJson ? printJson(report) : print(forPeople(report))
  const ended = endOf(report.results)
  if (ended !== undefined) return yield* ended
})
