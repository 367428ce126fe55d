/**
 * Why a run refuses to go on although every request was answered: what the answers say cannot be true.
 */
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { Schema } from "effect"

/**
 * Records are answered as unknown, and so is one that is known to exist; or there is none that would show the answers to be
 * true. None of them was marked as gone. Safe to repeat.
 */
export class RecordsUnanswered extends Schema.TaggedError<RecordsUnanswered>()("RecordsUnanswered", {
  practiceId: PracticeId,
  resource: Schema.Literals(["appointments", "patients", "providers"])
}) {
  override get message() {
    return (
      `practice ${this.practiceId}: ${this.resource} that are known to exist are answered as unknown. ` +
      "That looks like an outage, so they were not marked as gone. Run again later"
    )
  }
}

/** The practice lists no department, so its appointments cannot be asked for. Nothing was read. Safe to repeat. */
export class DepartmentsMissing extends Schema.TaggedError<DepartmentsMissing>()("DepartmentsMissing", {
  practiceId: PracticeId
}) {
  override get message() {
    return (
      `practice ${this.practiceId}: the practice lists no departments, so its appointments cannot be asked for. ` +
      "Check in athenaOne that the app may see the practice's departments, then run again"
    )
  }
}
