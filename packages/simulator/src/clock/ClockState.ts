/** How the simulated host's time is told, and what can be asked of it. */
import { Schema } from "effect"

/** What the clock shows. */
export interface ClockState {
  /** ISO 8601, UTC. */
  readonly now: string
  readonly isStopped: boolean
}

/** The end of the year 9999, in epoch milliseconds: later ones have no stamp of four digits, and soon no date at all. */
export const lastInstant = Date.parse("9999-12-31T23:59:59.999Z")

/** An instant with its zone, up to the last. */
export const Instant = Schema.String.check(
  Schema.makeFilter((text) => Date.parse(text) <= lastInstant, { expected: "an instant such as 2026-03-01T12:00:00Z" })
)

/** Where the clock is to go, and whether it is to stand still there. What is left out stays as it is. */
export const ClockSetting = Schema.Struct({
  now: Schema.optionalKey(Instant),
  isStopped: Schema.optionalKey(Schema.Boolean)
})
export type ClockSetting = typeof ClockSetting.Type

const Lengths = Schema.Struct({
  milliseconds: Schema.optionalKey(Schema.Natural),
  seconds: Schema.optionalKey(Schema.Natural),
  minutes: Schema.optionalKey(Schema.Natural),
  hours: Schema.optionalKey(Schema.Natural),
  days: Schema.optionalKey(Schema.Natural)
})

/** In milliseconds. */
export const lengthOf = ({ days = 0, hours = 0, milliseconds = 0, minutes = 0, seconds = 0 }: ClockAdvance): number =>
  milliseconds + 1000 * (seconds + 60 * (minutes + 60 * (hours + 24 * days)))

/** A hundred years. */
const mostDays = 36_525

/** How far the clock is to go on, at most a hundred years. What is left out is nothing. */
export const ClockAdvance = Lengths.check(
  Schema.makeFilter((advance) => lengthOf(advance) <= mostDays * 86_400_000, {
    expected: `at most ${mostDays} days at once`
  })
)
export type ClockAdvance = typeof Lengths.Type

/** The clock was told to go back. Nothing was changed. */
export class ClockRunsForward extends Schema.TaggedError<ClockRunsForward>()("ClockRunsForward", {
  now: Schema.String,
  asked: Schema.String
}) {
  override get message() {
    return `The clock shows ${this.now} and runs forward only, so it cannot be set to ${this.asked}. Start another simulator for an earlier time.`
  }
}
