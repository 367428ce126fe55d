/**
 * What a verification of the stored appointments found, by ids and columns: for people or for machines. Exit 3 if anything
 * differs, 1 if nothing could be compared.
 */

import { Ended } from "@athena-engine/program/exit/Ended"
import type { Difference } from "@athena-engine/sync/verify/Difference"
import type { VerificationResult } from "@athena-engine/sync/verify/verifyAppointments"
import { Effect } from "effect"
import { status as inColour } from "./colours.ts"
import { print, printJson } from "./print.ts"
import { table } from "./table.ts"
import { remarkLines } from "./wrapped.ts"

interface VerificationReport {
  readonly command: string
  readonly runId: string
  readonly environment: string
  readonly results: ReadonlyArray<VerificationResult>
  readonly auditEvents: number
}

const inWords = {
  missing: "not stored",
  gone: "stored, but gone at athenahealth",
  "does-not-fit": "does not fit"
} as const

const lineOf = (practiceId: string, { appointmentId, columns, kind }: Difference) =>
  [practiceId, appointmentId ?? "?", kind === "different" ? `differs in ${columns.join(", ")}` : inWords[kind]] as const

const forPeople = ({ auditEvents, environment, results, runId }: VerificationReport): string => {
  const summary = results.map(({ compared, differences, durationMs, practiceId, requests, status }) => [
    practiceId,
    inColour(status),
    compared,
    differences.length,
    requests,
    `${(durationMs / 1000).toFixed(1)} s`
  ])
  const lines = results.flatMap(({ differences, practiceId }) => differences.map((one) => lineOf(practiceId, one)))
  return [
    table(["practice", "status", "compared", "different", "calls", "time"], summary),
    ...(lines.length === 0 ? [] : ["", table(["practice", "appointment", "difference"], lines)]),
    "",
    "Nothing was written.",
    remarkLines(`${auditEvents} audit events, run ${runId}, environment ${environment}`),
    ...results.flatMap(({ error }) => (error === undefined ? [] : [remarkLines(error.message)]))
  ].join("\n")
}

/** Prints the report, and ends the program with the code that it deserves. */
export const reportDifferences = Effect.fnUntraced(function* (report: VerificationReport, isJson: boolean) {
  yield* isJson ? printJson({ ...report, verify: true }) : print(forPeople(report))
  if (report.results.every(({ status }) => status === "same")) return
  const hasFailed = report.results.every(({ compared, status }) => status === "failed" && compared === 0)
  return yield* new Ended({ code: hasFailed ? 1 : 3 })
})
