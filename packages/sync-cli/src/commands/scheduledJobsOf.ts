import type { Job } from "@athena-engine/sync/schedule/Job"
import { parseCron, type ScheduledJob } from "@athena-engine/sync/schedule/ScheduledJob"
import { type DateTime, Duration, Option } from "effect"

export interface JobFlags {
  readonly cron: ReadonlyArray<string>
  readonly timeZone: DateTime.TimeZone
  readonly job: ReadonlyArray<{ readonly job: Job; readonly cron: string | undefined }>
  readonly jitter: Option.Option<Duration.Duration>
}

export interface JobOfFlags extends ScheduledJob {
  readonly expressions: ReadonlyArray<string>
}

const nightly = "0 2 * * *"

/** The jobs that the flags name, each with its crons: its own, or else those of all. */
export const scheduledJobsOf = (flags: JobFlags): ReadonlyArray<JobOfFlags> => {
  const named = flags.job.length === 0 ? [{ job: "all" as const, cron: undefined }] : flags.job
  const common = flags.cron.length === 0 ? [nightly] : flags.cron
  return [...new Set(named.map(({ job }) => job))].map((job) => {
    const own = named.flatMap((one) => (one.job === job ? (one.cron === undefined ? common : [one.cron]) : []))
    const expressions = [...new Set(own)]
    return {
      job,
      expressions,
      crons: expressions.flatMap((text) => Option.toArray(parseCron(text, flags.timeZone))),
      jitter: Option.getOrElse(flags.jitter, () => Duration.zero)
    }
  })
}
