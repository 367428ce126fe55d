import { Schema } from "effect"

/** The notification could not be committed now. Its sender must send it again. */
export class InboxBusy extends Schema.TaggedError<InboxBusy>()("InboxBusy", {
  /** `full`: too many wait already · `not-committed`: the database did not commit it in time, or is away. */
  reason: Schema.Literals(["full", "not-committed"]),
  /** The kind of failure, where the database told one. */
  kind: Schema.optionalKey(Schema.String)
}) {
  override get message() {
    const why = this.kind === undefined ? "" : ` (${this.kind})`
    return this.reason === "full"
      ? "The inbox is full: more notifications wait for the database than may. Their senders are asked to send again."
      : `The database did not commit a notification in time${why}. Its sender is asked to send it again.`
  }
}
