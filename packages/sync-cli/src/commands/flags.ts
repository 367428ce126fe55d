import { lengthOfTime } from "@athena-engine/athena-core/configuration/variables"
import { everyPractice, PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import { Option, Schema } from "effect"
import { Flag } from "effect/cli"

/** Practice 1 lists practices and is none. */
const RealPractice = PracticeId.check(
  Schema.makeFilter((id) => id !== everyPractice || "a practice id is expected, and 1 is none")
)

/** `--practice ID`, repeatable. */
export const practices = Flag.String("practice").pipe(
  Flag.withDescription("Practice id; repeat it for several. Default: ATHENA_PRACTICES"),
  Flag.withMetavar("ID"),
  Flag.withSchema(RealPractice),
  Flag.atLeast(0)
)

export const json = Flag.Boolean("json").pipe(
  Flag.withDescription("Print the result as one JSON object on one line"),
  Flag.withDefault(false)
)

const day = (name: string, description: string) =>
  Flag.String(name).pipe(Flag.withDescription(description), Flag.withMetavar("YYYY-MM-DD"), Flag.withSchema(LocalDate))

export const from = day("from", "First appointment date, included")
export const to = day("to", "Last appointment date, included")

export const concurrency = Flag.Int("concurrency").pipe(
  Flag.withDescription("Requests in flight per practice. Default: two seconds' worth of the rate, at most 64"),
  Flag.withMetavar("N"),
  Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 256 }))),
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
