import type { ResourceStatus } from "@athena-engine/sync/status/readStatus"

/**
 * A run reads `running` until its end is written, and a killed one never writes it. It lives as long as somebody holds its
 * lease; without a holder it is shown as `killed`, as which the next run will close it.
 */
export const markKilled = (
  resources: ReadonlyArray<ResourceStatus>,
  holdings: ReadonlyArray<{ readonly name: string }>
): ReadonlyArray<ResourceStatus> => {
  const held = new Set(holdings.map(({ name }) => name))
  return resources.map((status) =>
    status.lastRun?.status !== "running" || held.has(`${status.resource} of practice ${status.practiceId}`)
      ? status
      : { ...status, lastRun: { ...status.lastRun, status: "killed" } }
  )
}
