/** How the simulated host's time is told, and what can be asked of it. */
import { Schema } from "effect"

/** What the clock shows. */
export interface ClockState {
  /** ISO 8601, UTC. */
  readonly now: string
  readonly isStopped: boolean
}

/** An instant with its zone. */
export const Instant = Schema.String.check(
  Schema.makeFilter((text) => !Number.isNaN(Date.parse(text)), { expected: "an instant such as 2026-03-01T12:00:00Z" })
)

/** Where the clock is to go, and whether it is to stand still there. What is left out stays as it is. */
export const ClockSetting = Schema.Struct({
  now: Schema.optionalKey(Instant),
  isStopped: Schema.optionalKey(Schema.Boolean)
})
export type ClockSetting = typeof ClockSetting.Type

/** How far the clock is to go on. What is left out is nothing. */
export const ClockAdvance = Schema.Struct({
  milliseconds: Schema.optionalKey(Schema.Natural),
  seconds: Schema.optionalKey(Schema.Natural),
  minutes: Schema.optionalKey(Schema.Natural),
  hours: Schema.optionalKey(Schema.Natural),
  days: Schema.optionalKey(Schema.Natural)
})
export type ClockAdvance = typeof ClockAdvance.Type

/** In milliseconds. */
export const lengthOf = ({ days = 0, hours = 0, milliseconds = 0, minutes = 0, seconds = 0 }: ClockAdvance): number =>
  milliseconds + 1000 * (seconds + 60 * (minutes + 60 * (hours + 24 * days)))

/** The clock was told to go back. Nothing was changed. */
export class ClockRunsForward extends Schema.TaggedError<ClockRunsForward>()("ClockRunsForward", {
  now: Schema.String,
  asked: Schema.String
}) {
  override get message() {
    return `The clock shows ${this.now} and runs forward only, so it cannot be set to ${this.asked}. Start another simulator for an earlier time.`
  }
}
