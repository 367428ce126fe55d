/**
 * What may end a run, and how a result tells of it.
 */
import { AuditTrailUnavailable } from "@athena-engine/athena-core/audit/AuditTrail"
import { AthenaError } from "@athena-engine/athena-core/errors/AthenaError"
import { DatabaseError, fromSqlError } from "@athena-engine/database/errors/DatabaseError"
import { type LeaseHeld, LeaseLost } from "@athena-engine/database/locks/LeaseErrors"
import { Cause, DateTime, Option } from "effect"
import { isSqlError } from "effect/sql/SqlError"
import { CommitsLost } from "./CommitsLost.ts"
import type { DepartmentsMissing, RecordsUnanswered } from "./RunRefusals.ts"
import type { RunFailure } from "./SyncResult.ts"

/** What may end a run. */
export type RunError =
  | AthenaError
  | AuditTrailUnavailable
  | CommitsLost
  | DatabaseError
  | DepartmentsMissing
  | LeaseHeld
  | LeaseLost
  | RecordsUnanswered

/** The failure as a result tells it: a tag, one line, and when to come back. */
export const failureOf = (error: RunError): RunFailure => {
  if (error._tag !== "AthenaError") return { tag: error._tag, message: error.message }
  const { reason } = error
  return {
    tag: reason._tag,
    message: error.message,
    ...("retryAt" in reason ? { retryAt: DateTime.formatIso(reason.retryAt) } : {})
  }
}

/** A driver's own transaction cannot be rolled back when its connection is lost, and makes a defect of the error that ended it. */
const errorInDefect = (defect: unknown): Option.Option<RunError> => {
  if (isSqlError(defect)) return Option.some(fromSqlError("transaction.rollback", defect))
  const isOurs = [DatabaseError, LeaseLost, AuditTrailUnavailable, AthenaError].some((kind) => defect instanceof kind)
  return isOurs ? Option.some(defect as RunError) : Option.none()
}

/**
 * The database, not the practice, ended it: whatever was read is stored or can be read again. The next run goes on behind
 * the finished windows, as after a kill.
 */
export const isCutOff = (cause: Cause.Cause<RunError>): boolean =>
  Option.exists(
    errorOf(cause),
    (error) =>
      error instanceof AuditTrailUnavailable ||
      error instanceof CommitsLost ||
      error instanceof LeaseLost ||
      (error instanceof AthenaError && error.reason._tag === "BudgetUnavailable") ||
      (error instanceof DatabaseError && (error.isOutage || error.kind === "ReadOnly"))
  )

const errorOf = (cause: Cause.Cause<RunError>): Option.Option<RunError> =>
  Option.orElse(Cause.findErrorOption(cause), () =>
    Option.firstSomeOf(cause.reasons.filter(Cause.isDieReason).map(({ defect }) => errorInDefect(defect)))
  )

/** The failure of a run that ended with `cause`. */
export const failureOfCause = (cause: Cause.Cause<RunError>): RunFailure =>
  Option.match(errorOf(cause), {
    onSome: failureOf,
    onNone: () =>
      Cause.hasInterruptsOnly(cause)
        ? {
            tag: "Stopped",
            message: "the run was stopped; what was committed stays, and the next run goes on from there"
          }
        : { tag: "Defect", message: "a bug ended the run; what was committed stays. Please report it with the log" }
  })
