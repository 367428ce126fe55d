import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { Schema } from "effect"

/**
 * The database no longer holds all that the run has committed: it crashed without having synced to disk, or a standby took
 * over that lagged behind. What it does hold is whole; the next run goes on from there.
 */
export class CommitsLost extends Schema.TaggedError<CommitsLost>()("CommitsLost", { practiceId: PracticeId }) {
  override get message() {
    return (
      `practice ${this.practiceId}: the database lost what the run had committed to it: it crashed with synchronous_commit ` +
      "or fsync off, or a standby that lagged behind took over. Run again: what is missing is read again"
    )
  }
}
