/**
 * What an operator watches of the schedule. Tags are practices, jobs, resources and outcomes, nothing else.
 */
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { Effect, Metric } from "effect"
import type { Attended } from "./attend.ts"
import { judge } from "./judge.ts"
import type { ScheduledJob } from "./ScheduledJob.ts"
import { ScheduleStates } from "./ScheduleStates.ts"

const runs = Metric.counter("athena_scheduled_runs_total", {
  description: "Scheduled runs that this process brought to an end, by how they ended"
})
const requests = Metric.counter("athena_sync_requests_total", {
  description: "Requests to athenahealth that scheduled runs of this process sent, retries included"
})
const refusals = Metric.counter("athena_sync_refusals_total", {
  description: "Of these, requests that were refused for their rate"
})
const nextDue = Metric.gauge("athena_schedule_next_due_timestamp_seconds", {
  description: "When the practice's job is done next; of one that is due, since when"
})
const lateness = Metric.gauge("athena_schedule_lateness_seconds", {
  description: "For how long the practice's job has been due and is not done: 0 if it is not due"
})

/** Counts a run that ended. */
export const countAttended = Effect.fnUntraced(function* ({ job, practiceId, results, status }: Attended) {
  yield* Metric.update(Metric.withAttributes(runs, { job, practice_id: practiceId, status }), 1)
  for (const { practiceId: practice, rateLimited, requests: sent, resource } of results) {
    const tags = { practice_id: practice, resource }
    yield* Metric.update(Metric.withAttributes(requests, tags), sent)
    yield* Metric.update(Metric.withAttributes(refusals, tags), rateLimited)
  }
})

/** Sets when each practice's job is due, and how late it is, from the database: the same in every copy of the program. */
export const scheduleGauges = Effect.fnUntraced(function* (
  practices: ReadonlyArray<PracticeId>,
  jobs: ReadonlyArray<ScheduledJob>
) {
  const states = yield* ScheduleStates
  const { now, states: found } = yield* states.look(
    practices,
    jobs.map(({ job }) => job)
  )
  for (const state of found) {
    const scheduled = jobs.find(({ job }) => job === state.job)
    if (scheduled === undefined) continue
    const verdict = judge(state, scheduled, now)
    const since = verdict._tag === "Due" ? verdict.dueAt : verdict.dueSince
    const at = since ?? (verdict._tag === "NotYet" ? verdict.until : now)
    const tags = { practice_id: state.practiceId, job: state.job }
    yield* Metric.update(Metric.withAttributes(nextDue, tags), at / 1000)
    yield* Metric.update(Metric.withAttributes(lateness, tags), since === undefined ? 0 : (now - since) / 1000)
  }
})
