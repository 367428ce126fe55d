/** The short code of a database failure: its SQLSTATE, or the name of its class. Never a message: those hold row values. */
import { Cause, Predicate } from "effect"
import { isSqlError, type SqlError } from "effect/sql/SqlError"

/** A socket's error has a `code` too, `EPIPE` among them; only the server's has a severity. */
const isServerError = (cause: unknown): cause is { readonly code: string } =>
  Predicate.hasProperty(cause, "severity") && Predicate.hasProperty(cause, "code") && typeof cause.code === "string"

export const sqlCode = (error: SqlError): string => {
  const cause: unknown = error.reason.cause
  return isServerError(cause) ? cause.code : error.reason._tag
}

/** The code of a whole cause; a connection that breaks during ROLLBACK turns the SQL error into a defect. */
export const sqlCodeOfCause = (cause: Cause.Cause<unknown>): string => {
  for (const reason of cause.reasons) {
    const error = Cause.isFailReason(reason) ? reason.error : Cause.isDieReason(reason) ? reason.defect : undefined
    if (isSqlError(error)) return sqlCode(error)
  }
  return Cause.hasInterruptsOnly(cause) ? "closed" : "defect"
}
