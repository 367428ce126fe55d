/** The trail could not be read, or not be added to, outside of an access. */
import { Effect, Schema } from "effect"
import type { SqlError } from "effect/sql/SqlError"
import { sqlCode } from "./sqlCode.ts"

/** Verification or recovery stopped; nothing is known to be wrong with the trail. Safe to repeat. */
export class AuditTrailUnreadable extends Schema.TaggedError<AuditTrailUnreadable>()("AuditTrailUnreadable", {
  operation: Schema.Literals(["verify", "closeUnfinished"]),
  /** SQLSTATE or the class of the failure; never row values. */
  code: Schema.String
}) {
  override get message(): string {
    return (
      `The audit trail could not be read (${this.operation}, ${this.code}). ` +
      "Check that the database is up, migrated, and that schema audit may be read, then run again."
    )
  }
}

/** Maps SQL errors at the edge, so that none of their texts leaves. */
export const unreadable =
  (operation: "verify" | "closeUnfinished") =>
  <A, R>(effect: Effect.Effect<A, SqlError, R>): Effect.Effect<A, AuditTrailUnreadable, R> =>
    Effect.mapError(effect, (error) => new AuditTrailUnreadable({ operation, code: sqlCode(error) }))
