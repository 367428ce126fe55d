/** The flags of `athena-sync schedule` alone. */
import { lengthOfTime } from "@athena-engine/athena-core/configuration/variables"
import { jobs } from "@athena-engine/sync/schedule/Job"
import { parseCron, parseZone } from "@athena-engine/sync/schedule/ScheduledJob"
import { DateTime, Option } from "effect"
import { Flag } from "effect/cli"

const cronLine = "five fields of cron, such as '0 2 * * *', of a day that comes"

const isCron = (text: string) => Option.isSome(parseCron(text, DateTime.zoneMakeOffset(0)))

/** `--cron "0 2 * * *"`, repeatable. */
export const crons = Flag.String("cron").pipe(
  Flag.withDescription(
    "When the jobs that have no cron of their own are done; repeat it for several times. Default: 0 2 * * *"
  ),
  Flag.withMetavar("CRON"),
  Flag.filterMap(
    (text) => Option.liftPredicate(text, isCron),
    () => cronLine
  ),
  Flag.atLeast(0)
)

export const timeZone = Flag.String("time-zone").pipe(
  Flag.withDescription("The time zone of all crons, by its name"),
  Flag.withMetavar("ZONE"),
  Flag.filterMap(parseZone, () => "the name of a time zone, such as America/New_York"),
  Flag.withDefault(Option.getOrThrow(parseZone("America/New_York")))
)

/** `all`, or `changes=0 * * * *`. */
const jobOf = (text: string) => {
  const end = text.indexOf("=")
  const name = end === -1 ? text : text.slice(0, end)
  const cron = end === -1 ? undefined : text.slice(end + 1)
  const job = jobs.find((known) => known === name.trim())
  return job !== undefined && (cron === undefined || isCron(cron)) ? Option.some({ job, cron }) : Option.none()
}

/** `--job NAME`, and `--job NAME=CRON` for one with a cron of its own. */
export const scheduledJobs = Flag.String("job").pipe(
  Flag.withDescription(
    "appointments, patients, changes or all; NAME=CRON for one with a cron of its own, repeatable. Default: all"
  ),
  Flag.withMetavar("JOB"),
  Flag.filterMap(jobOf, () => `appointments, patients, changes or all, alone or as NAME=CRON with ${cronLine}`),
  Flag.atLeast(0)
)

export const jitter = Flag.String("jitter").pipe(
  Flag.withDescription("Puts each practice off by a time of its own within this, the same every time. Default: none"),
  Flag.withMetavar("TIME"),
  Flag.filterMap(
    (value) => Option.fromUndefinedOr(lengthOfTime(value)),
    () => "seconds, or a length such as 20 minutes"
  ),
  Flag.optional
)

const portNumber = (value: string) =>
  Option.liftPredicate(Number(value), (number) => /^\d{1,5}$/.test(value) && number <= 65_535)

export const port = Flag.String("port").pipe(
  Flag.withDescription("Answer GET /health/live, /health/ready and /metrics on this port of HOST. Default: no port"),
  Flag.withMetavar("N"),
  Flag.filterMap(portNumber, () => "a port, 0 to 65535"),
  Flag.optional
)
