import { lengthOfTime } from "@athena-engine/athena-core/configuration/variables"
import { DepartmentId } from "@athena-engine/athena-core/ids/DepartmentId"
import { everyPractice, PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import { Option, Schema } from "effect"
import { Flag } from "effect/cli"
import { isResource, objectiveOf } from "./objectives.ts"

const practiceId = (value: string) =>
  Option.filter(Schema.decodeOption(PracticeId)(value), (id) => id !== everyPractice)

/** `--practice ID`, repeatable. */
export const practices = Flag.String("practice").pipe(
  Flag.withDescription("Practice id; repeat it for several. Default: ATHENA_PRACTICES"),
  Flag.withMetavar("ID"),
  Flag.filterMap(practiceId, () => "a practice id (digits; 1 is none)"),
  Flag.atLeast(0)
)

/** `--practice ID`, one and no default: what is done to it cannot be undone. */
export const onePractice = Flag.String("practice").pipe(
  Flag.withDescription("Practice id"),
  Flag.withMetavar("ID"),
  Flag.filterMap(practiceId, () => "a practice id (digits; 1 is none)")
)

export const yes = Flag.Boolean("yes").pipe(
  Flag.withDescription("Do not ask first; needed where there is no terminal to ask on"),
  Flag.withDefault(false)
)

export const json = Flag.Boolean("json").pipe(
  Flag.withDescription("Print the result as one JSON object on one line"),
  Flag.withDefault(false)
)

const day = (name: string, description: string) =>
  Flag.String(name).pipe(
    Flag.withDescription(description),
    Flag.withMetavar("YYYY-MM-DD"),
    Flag.filterMap(Schema.decodeOption(LocalDate), () => "a calendar date as YYYY-MM-DD")
  )

export const from = day("from", "First appointment date, included")
export const to = day("to", "Last appointment date, included")

/** `--since DATE` */
export const since = day(
  "since",
  "Only patients with an appointment on this day or later, cancelled ones included, and whoever they were merged into. Default: all who are known"
).pipe(Flag.optional)

const requestsInFlight = (value: string) =>
  Option.liftPredicate(Number(value), (number) => /^\d{1,3}$/.test(value) && number >= 1 && number <= 256)

export const concurrency = Flag.String("concurrency").pipe(
  Flag.withDescription("Requests in flight per practice. Default: two seconds' worth of the rate, at most 64"),
  Flag.withMetavar("N"),
  Flag.filterMap(requestsInFlight, () => "a whole number from 1 to 256"),
  Flag.optional
)

export const maxWait = Flag.String("max-wait").pipe(
  Flag.withDescription("Told to wait longer than this, a practice ends its run. Default: 60 s"),
  Flag.withMetavar("TIME"),
  Flag.filterMap(
    (value) => Option.fromUndefinedOr(lengthOfTime(value)),
    () => "seconds, or a length such as 5 minutes"
  ),
  Flag.optional
)

export const dryRun = Flag.Boolean("dry-run").pipe(
  Flag.withDescription(
    "Print what would be done: windows, calls, time, share of the day's quota. Asks and writes nothing"
  ),
  Flag.withDefault(false)
)

export const verify = Flag.Boolean("verify").pipe(
  Flag.withDescription("Read the range again, write nothing, and report every difference to what is stored (exit 3)"),
  Flag.withDefault(false)
)

/** `--feed NAME`, repeatable. */
export const feeds = Flag.Literals("feed", ["appointments", "patients"]).pipe(
  Flag.withDescription("A feed to read; repeat it for both. Default: both"),
  Flag.atLeast(0)
)

const departmentId = (value: string) => Schema.decodeOption(DepartmentId)(value)

/** `--department ID`, repeatable. */
export const departments = Flag.String("department").pipe(
  Flag.withDescription(
    "Department to subscribe and read; repeat it for several, and name the practice. Default: the whole practice, or as subscribed"
  ),
  Flag.withMetavar("ID"),
  Flag.filterMap(departmentId, () => "a department id"),
  Flag.atLeast(0)
)

const maxAge = (value: string) =>
  Option.filter(objectiveOf(value), ({ resource }) => resource === undefined || isResource(resource))

/** `--max-age TIME`, and `--max-age RESOURCE=TIME` for those that are run more seldom or more often. */
export const maxAges = Flag.String("max-age").pipe(
  Flag.withDescription(
    "End with 3 if anything is older than this, such as 26h; RESOURCE=TIME for one resource, repeatable"
  ),
  Flag.withMetavar("TIME"),
  Flag.filterMap(maxAge, () => "a time such as 26h or 8 days, or one for a resource, such as providers=8d"),
  Flag.atLeast(0)
)
