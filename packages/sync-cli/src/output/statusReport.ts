import type { ResourceStatus } from "@athena-engine/sync/status/readStatus"
import { print, printJson } from "./print.ts"
import { table } from "./table.ts"

const minute = (stamp: string | null | undefined) => (stamp ? `${stamp.slice(0, 16).replace("T", " ")}` : "–")

const lastRun = ({ lastRun: run }: ResourceStatus): string => {
  if (run === null) return "–"
  const reason = run.errorTag === null ? "" : ` (${run.errorTag})`
  return `${run.status}${reason}${run.retryAt === null ? "" : `, again ${minute(run.retryAt)}`}`
}

const headings = [
  "practice",
  "resource",
  "rows",
  "gone",
  "last run",
  "ended (UTC)",
  "read up to",
  "open",
  "aside",
  "refused"
]

/** The state of every resource, for people or for machines. */
export const printStatus = (environment: string, resources: ReadonlyArray<ResourceStatus>, isJson: boolean) => {
  if (isJson) return printJson({ command: "status", environment, resources })
  if (resources.length === 0) return print(`Nothing has been synced in the environment ${environment} yet.`)
  const rows = resources.map((resource) => [
    resource.practiceId,
    resource.resource,
    resource.rows,
    resource.gone,
    lastRun(resource),
    minute(resource.lastRun?.finishedAt),
    resource.resource === "appointments" ? (resource.watermark?.position ?? "–") : minute(resource.watermark?.readAt),
    resource.backlog.candidates,
    resource.quarantined,
    resource.lastRun?.rateLimited ?? 0
  ])
  return print(table(headings, rows))
}
