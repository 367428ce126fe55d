/**
 * The state of every practice's resources and budgets, for people or for machines.
 */
import type { BudgetStatus, Budgets, QuotaStatus } from "@athena-engine/coordination/status/readBudgets"
import type { ResourceStatus } from "@athena-engine/sync/status/readStatus"
import { age } from "./age.ts"
import { coloured, status as inColour } from "./colours.ts"
import { print, printJson } from "./print.ts"
import { table } from "./table.ts"
import { remarkLines, terminalWidth } from "./wrapped.ts"

/** Something older than it may be; see `commands/objectives`. */
interface Stale {
  readonly practiceId: string
  readonly resource: string | null
  readonly ageSeconds: number | null
  readonly maxAgeSeconds: number
}

export interface StatusReport extends Budgets {
  readonly environment: string
  readonly resources: ReadonlyArray<ResourceStatus>
  readonly stale: ReadonlyArray<Stale>
}

const minute = (stamp: string | null) => (stamp === null ? "–" : stamp.slice(0, 16).replace("T", " "))

const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 })

/** Within 80 columns. What waits: candidates and disputed records; what is aside: the quarantine. */
const resourceTable = (resources: ReadonlyArray<ResourceStatus>) =>
  table(
    ["practice", "resource", "age", "read up to", "rows", "open", "aside", "last run"],
    resources.map((resource) => [
      resource.practiceId,
      resource.resource,
      age(resource.ageSeconds),
      resource.resource === "appointments" ? (resource.watermark?.position ?? "–") : "",
      compact.format(resource.rows).padStart(5),
      resource.backlog.candidates + resource.backlog.disputed,
      resource.quarantined,
      inColour(resource.lastRun?.status ?? "–")
    ])
  )

const nameOf = ({ practiceId, resource }: { readonly practiceId: string; readonly resource: string }) =>
  `practice ${practiceId}, ${resource}`

/** What the table has no room for: why the last run failed, until when it waits, and failures since repaired. */
const noteOf = (status: ResourceStatus): ReadonlyArray<string> => {
  const { lastError, lastRun } = status
  if (lastRun === null || lastError === null) return []
  if (lastRun.errorTag === null) {
    return [`${nameOf(status)}: the last error was ${lastError.errorTag}, ${minute(lastError.at)} UTC`]
  }
  const again = lastRun.retryAt === null ? "" : `; to be run again from ${minute(lastRun.retryAt)} UTC on`
  return [`${nameOf(status)}: the last run ended with ${lastRun.errorTag}, ${minute(lastRun.finishedAt)} UTC${again}`]
}

const staleNote = ({ ageSeconds, maxAgeSeconds, practiceId, resource }: Stale): string => {
  if (resource === null) return `STALE: practice ${practiceId}: nothing was ever synced`
  const how = ageSeconds === null ? "never whole" : `${age(ageSeconds)} old`
  return `STALE: ${nameOf({ practiceId, resource })}: ${how}, may be ${age(maxAgeSeconds)}`
}

const quarantineNote = (resources: ReadonlyArray<ResourceStatus>): ReadonlyArray<string> =>
  resources.some(({ quarantined }) => quarantined > 0)
    ? ["Records that do not fit their schema are aside: athena-sync quarantine list"]
    : []

const quotaLine = ({ app, limit, remaining, resetsAt }: QuotaStatus) =>
  `Day's quota of ${app}: ${remaining.toLocaleString("en-US")} of ${limit.toLocaleString("en-US")} calls are left until ${minute(resetsAt)} UTC`

const budgetTable = (budgets: ReadonlyArray<BudgetStatus>) =>
  table(
    ["budget of", "calls/s", "at most", "calls today", "rests until (UTC)"],
    budgets.map((budget) => [
      budget.practiceId === null ? "the app" : `practice ${budget.practiceId}`,
      budget.requestsPerSecond,
      budget.ceiling,
      budget.requestsToday,
      minute(budget.pausedUntil)
    ])
  )

/** One block an app. */
const budgetLines = ({ budgets, quotas }: Budgets): ReadonlyArray<string> =>
  [...new Set(budgets.map(({ app }) => app))].flatMap((app) => [
    "",
    `App ${app}`,
    budgetTable(budgets.filter((budget) => budget.app === app)),
    ...quotas.filter((one) => one.app === app).map((one) => remarkLines(quotaLine(one), terminalWidth()))
  ])

const forPeople = (report: StatusReport): string => {
  const { environment, resources, stale } = report
  const nothing = `Nothing has been synced in the environment ${environment} yet.`
  const notes = [...stale.map(staleNote), ...resources.flatMap(noteOf), ...quarantineNote(resources)]
  return [
    resources.length === 0 ? nothing : resourceTable(resources),
    ...(notes.length === 0
      ? []
      : [
          "",
          ...notes.map((note) =>
            note.startsWith("STALE")
              ? coloured("yellow", remarkLines(note, terminalWidth()))
              : remarkLines(note, terminalWidth())
          )
        ]),
    ...budgetLines(report)
  ].join("\n")
}

/** Prints the report. */
export const printStatus = (report: StatusReport, isJson: boolean) =>
  isJson ? printJson({ command: "status", ...report }) : print(forPeople(report))
