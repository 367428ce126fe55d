import { Schema } from "effect"

/** The program has said all it had to say, and ends with this code. */
export class Ended extends Schema.TaggedError<Ended>()("Ended", {
  /** 1 failed · 3 part of the work failed or was quarantined. */
  code: Schema.Literals([1, 3])
}) {}

/** The command line is wrong in a way that only the command itself can tell. */
export class UsageError extends Schema.TaggedError<UsageError>()("UsageError", {
  /** Whose help tells more. */
  command: Schema.String,
  problem: Schema.String
}) {
  override get message() {
    return this.problem
  }
}
