/**
 * What is to be done about a practice's job now: a pure function of where it stands, when it is due, and the time.
 *
 * - nothing open: due once something fell due since `coveredUntil`, however often it did meanwhile
 * - open: goes on with what is left, as soon as it may
 * - open, tried in vain, and due again: begun anew, with all of its steps, or one that always fails would keep the others out
 *
 * A run covers all that was due before it began: what falls due while it works is done once, after it.
 */
import { type Step, stepsOf } from "./Job.ts"
import { nextDue } from "./occurrences.ts"
import type { ScheduledJob } from "./ScheduledJob.ts"
import type { ScheduleState } from "./ScheduleState.ts"

export type Verdict =
  | {
      readonly _tag: "Due"
      readonly dueAt: number
      readonly pending: ReadonlyArray<Step>
      /** When the run was begun; undefined for one that begins now. */
      readonly startedAt: number | undefined
      /** Which try it is, from 1 on. */
      readonly attempt: number
    }
  | {
      readonly _tag: "NotYet"
      /** When to look again. */
      readonly until: number
      /** Since when something is due that has to wait; undefined if nothing is. */
      readonly dueSince: number | undefined
    }

export const judge = (state: ScheduleState, scheduled: ScheduledJob, now: number): Verdict => {
  const { open, practiceId } = state
  const all = stepsOf(scheduled.job)
  const anew = (dueAt: number): Verdict => ({ _tag: "Due", dueAt, pending: all, startedAt: undefined, attempt: 1 })
  if (open === undefined) {
    const dueAt = nextDue(scheduled, practiceId, state.coveredUntil)
    return dueAt <= now ? anew(dueAt) : { _tag: "NotYet", until: dueAt, dueSince: undefined }
  }
  const dueAgainAt = open.attempts > 0 ? nextDue(scheduled, practiceId, open.dueAt) : Number.POSITIVE_INFINITY
  if (dueAgainAt <= now) return anew(dueAgainAt)
  if (open.notBefore !== undefined && open.notBefore > now) {
    return { _tag: "NotYet", until: Math.min(open.notBefore, dueAgainAt), dueSince: open.dueAt }
  }
  return {
    _tag: "Due",
    dueAt: open.dueAt,
    // A step that this version of the program does not know is not waited for.
    pending: all.filter((step) => open.pending.includes(step)),
    startedAt: open.startedAt,
    attempt: open.attempts + 1
  }
}
