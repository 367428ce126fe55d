import { DateTime, Schema } from "effect"

/** Somebody else holds the lease. Nothing was done. */
export class LeaseHeld extends Schema.TaggedError<LeaseHeld>()("LeaseHeld", {
  name: Schema.String,
  /** Who holds it, as the holder called itself. */
  holder: Schema.String,
  since: Schema.DateTimeUtc
}) {
  override get message(): string {
    return `${this.name} is held by ${this.holder} since ${DateTime.formatIso(this.since)}. Wait until it is done, or stop it.`
  }
}

/** The lease went to somebody else, or could not be renewed in time. What was committed stays; the rest was not committed. */
export class LeaseLost extends Schema.TaggedError<LeaseLost>()("LeaseLost", {
  name: Schema.String
}) {
  override get message(): string {
    return `${this.name} was lost while working: the database could not be reached in time, or another process took over. Start it again.`
  }
}
