/**
 * When a practice's job is due: at the times of its crons, each put off by the practice's share of the jitter.
 */
import { Cron, Duration } from "effect"
import type { ScheduledJob } from "./ScheduledJob.ts"

/** FNV-1a: even for ids that differ in one digit, and the same in every copy of the program. */
export const fractionOf = (text: string): number => {
  let hash = 0x811c9dc5
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0
  // The last digit alone moves the low bits only.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32
}

const delayOf = ({ jitter, job }: ScheduledJob, practiceId: string): number =>
  Math.floor((Duration.toMillis(jitter) * fractionOf(`${job} of practice ${practiceId}`)) / 1000) * 1000

/** What was found last for each practice: a search takes a fifth of a millisecond, and all practices are looked at every few seconds. */
const found = new WeakMap<ScheduledJob, Map<string, { readonly after: number; readonly at: number }>>()

/** The first time after `after` at which the practice's job is due, both as milliseconds since 1970. */
export const nextDue = (scheduled: ScheduledJob, practiceId: string, after: number): number => {
  const known = found.get(scheduled) ?? new Map<string, { readonly after: number; readonly at: number }>()
  found.set(scheduled, known)
  const last = known.get(practiceId)
  if (last?.after === after) return last.at
  const delay = delayOf(scheduled, practiceId)
  const at = Math.min(...scheduled.crons.map((cron) => Cron.next(cron, after - delay).getTime())) + delay
  known.set(practiceId, { after, at })
  return at
}
