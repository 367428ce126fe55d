/**
 * How old what is stored may be, and what is older than that.
 */
import { lengthOfTime } from "@athena-engine/athena-core/configuration/variables"
import { runResources } from "@athena-engine/sync/runs/SyncResult"
import type { ResourceStatus } from "@athena-engine/sync/status/readStatus"
import { Duration, Option } from "effect"

/** An objective: of one resource, or of all that have none of their own. */
export interface Objective {
  readonly resource: string | undefined
  readonly maxAge: Duration.Duration
}

/** What a status may be about. */
export const isResource = (name: string): boolean =>
  name !== "quarantine" && runResources.some((known) => known === name)

const days = (value: string): Duration.Duration | undefined => {
  const amount = /^(\d+(?:\.\d+)?)\s*d(?:ays?)?$/i.exec(value)?.[1]
  return amount === undefined ? undefined : Duration.days(Number(amount))
}

/** Reads `26h`, or `providers=8d`. */
export const objectiveOf = (text: string): Option.Option<Objective> => {
  const [time = "", resource] = text.split("=").reverse()
  const maxAge = days(time.trim()) ?? lengthOfTime(time.trim())
  const isOdd = text.split("=").length > 2 || maxAge === undefined || Duration.isZero(maxAge)
  return isOdd ? Option.none() : Option.some({ resource: resource?.trim(), maxAge })
}

/** Something older than it may be. */
export interface Stale {
  readonly practiceId: string
  /** Null: nothing of the practice was ever synced. */
  readonly resource: string | null
  /** Null: never whole. */
  readonly ageSeconds: number | null
  readonly maxAgeSeconds: number
}

/** The last one given for the resource counts, or else the last one for all; without one, a resource may be of any age. */
const maxAgeOf = (objectives: ReadonlyArray<Objective>, resource: string | null): number | undefined => {
  const own =
    objectives.findLast((one) => one.resource === resource) ?? objectives.findLast((one) => one.resource === undefined)
  return own === undefined ? undefined : Duration.toSeconds(own.maxAge)
}

/**
 * What is stale. `expected`: the practices that are synced; a practice of which nothing is known is stale, and one that is in
 * the database and not among them is not looked at. If none is named, all in the database are.
 */
export const staleOf = (
  resources: ReadonlyArray<ResourceStatus>,
  objectives: ReadonlyArray<Objective>,
  expected: ReadonlyArray<string>
): ReadonlyArray<Stale> => {
  if (objectives.length === 0) return []
  const known = new Set(resources.map(({ practiceId }) => practiceId))
  const judged = resources.filter(({ practiceId }) => expected.length === 0 || expected.includes(practiceId))
  const old = judged.flatMap(({ ageSeconds, practiceId, resource }): ReadonlyArray<Stale> => {
    const maxAgeSeconds = maxAgeOf(objectives, resource)
    const isOld = maxAgeSeconds !== undefined && (ageSeconds === null || ageSeconds > maxAgeSeconds)
    return isOld ? [{ practiceId, resource, ageSeconds, maxAgeSeconds }] : []
  })
  const strictest = Math.min(...objectives.map(({ maxAge }) => Duration.toSeconds(maxAge)))
  const absent = expected.filter((practiceId) => !known.has(practiceId))
  return [
    ...absent.map((practiceId) => ({ practiceId, resource: null, ageSeconds: null, maxAgeSeconds: strictest })),
    ...old
  ]
}
