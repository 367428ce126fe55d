/** What a purge would destroy, and what it destroyed. */
import type { Purged } from "@athena-engine/sync/purge/PurgePractice"
import { print, printJson } from "./print.ts"
import { table } from "./table.ts"
import { terminalWidth, wrapped } from "./wrapped.ts"

/** Rows by table, and how many they are in all. */
export const rowsByTable = (rows: Readonly<Record<string, number>>): string => {
  const counts = Object.entries(rows)
  const total = counts.reduce((sum, [, count]) => sum + count, 0)
  return table(["table", "rows"], [...counts, ["in all", total]])
}

const notice =
  "The audit trail stays. Backups, replicas and archives of the write-ahead log hold what they held until they expire."

export interface PurgePlan {
  readonly environment: string
  readonly practiceId: string
  readonly rows: Readonly<Record<string, number>>
}

/** What would be destroyed. */
export const printPlan = ({ environment, practiceId, rows }: PurgePlan, place: string, isJson: boolean) =>
  isJson
    ? printJson({ command: "purge", dryRun: true, environment, practiceId, rows })
    : print(`Of practice ${practiceId}, ${place} holds:\n${rowsByTable(rows)}`)

export interface PurgeReport extends Purged {
  readonly environment: string
  /** By which the audit trail names it. */
  readonly runId: string
}

/** What was destroyed. */
export const printPurge = (
  { deleted, environment, practiceId, rows, runId }: PurgeReport,
  place: string,
  isJson: boolean
) =>
  isJson
    ? printJson({ command: "purge", runId, environment, practiceId, status: "complete", deleted, rows })
    : print(
        [
          wrapped(`Deleted of practice ${practiceId}, from ${place}:`, terminalWidth()),
          rowsByTable(deleted),
          "",
          wrapped(notice, terminalWidth()),
          `Audited as run ${runId}.`
        ].join("\n")
      )
