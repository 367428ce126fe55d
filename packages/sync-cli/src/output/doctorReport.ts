/** What a doctor found, and how each thing is mended. */

import { Ended } from "@athena-engine/program/exit/Ended"
import { Effect } from "effect"
import { status as inColour } from "./colours.ts"
import { print, printJson } from "./print.ts"
import { tableRows } from "./table.ts"
import { terminalWidth, wrapped } from "./wrapped.ts"

/** One thing that was looked at. Its texts are safe to print: no secret, no patient, no answer of a server. */
export interface Check {
  readonly check: string
  /** `skipped`: something that it depends on failed, or there is nothing to look at. */
  readonly status: "ok" | "warning" | "failed" | "skipped"
  readonly finding: string
  /** What to do; none where nothing has to be done. */
  readonly mend: string | null
}

export const ok = (check: string, finding: string): Check => ({ check, status: "ok", finding, mend: null })

export const warning = (check: string, finding: string, mend: string): Check => ({
  check,
  status: "warning",
  finding,
  mend
})

export const failed = (check: string, finding: string, mend: string): Check => ({
  check,
  status: "failed",
  finding,
  mend
})

export const skipped = (check: string, finding: string): Check => ({ check, status: "skipped", finding, mend: null })

/** A message of ours as a failed check: its first sentence tells what is wrong, those behind it what to do. */
export const failedBy = (check: string, { message }: Error, otherwise: string): Check => {
  const [what = "", ...then] = message.split(/\. (?=[A-Z])/)
  const mend = then.join(". ").replace(/\.$/, "")
  return failed(check, what.replace(/\.$/, ""), mend === "" ? otherwise : mend)
}

/** Under each check what was found, and under that what to do. */
const forPeople = (checks: ReadonlyArray<Check>): string => {
  const { headings, rows } = tableRows(
    ["check", "status"],
    checks.map(({ check, status }) => [check, inColour(status)])
  )
  const lines = checks.flatMap(({ finding, mend }, n) => [
    rows[n] ?? "",
    wrapped(finding, terminalWidth(), "    "),
    ...(mend === null ? [] : [wrapped(`→ ${mend}`, terminalWidth(), "    ", "      ")])
  ])
  return [headings, ...lines].join("\n")
}

/** Prints the checks; ends with 1 if one failed. */
export const reportChecks = Effect.fnUntraced(function* (
  environment: string | null,
  checks: ReadonlyArray<Check>,
  isJson: boolean
) {
  yield* isJson ? printJson({ command: "doctor", environment, checks }) : print(forPeople(checks))
  if (checks.some(({ status }) => status === "failed")) return yield* new Ended({ code: 1 })
})
