import { Predicate } from "effect"
import type { SqlError } from "effect/sql/SqlError"
import { serverFields } from "./DatabaseError.ts"
import { DatabaseUnavailable } from "./DatabaseUnavailable.ts"

/** Why the first connection failed, in words for whoever operates it. Only SQLSTATE and errno are looked at. */
export const explain = (error: SqlError, where: string): DatabaseUnavailable => {
  const make = (reason: DatabaseUnavailable["reason"], problem: string, mend: string) =>
    new DatabaseUnavailable({ reason, problem, mend })
  const { code } = serverFields(error)
  if (code !== undefined) {
    if (code.startsWith("28")) {
      return make(
        "AuthenticationFailed",
        `The database at ${where} refused the user or the password (SQLSTATE ${code})`,
        "Correct them in DATABASE_URL; if the server demands TLS, add sslmode=require"
      )
    }
    if (code === "3D000") {
      return make("DatabaseMissing", `There is no such database at ${where}`, "Create it, or correct DATABASE_URL")
    }
    if (code === "53300") {
      return make(
        "TooManyConnections",
        `The server at ${where} has no connection left`,
        "Close other programs' connections or raise max_connections, and try again"
      )
    }
    if (code === "08P01") {
      return make(
        "Unreachable",
        `Something between here and the database at ${where} refused our session settings`,
        "With PgBouncer, set ignore_startup_parameters = statement_timeout, idle_in_transaction_session_timeout"
      )
    }
    return make("Unreachable", `The database at ${where} refused the connection (SQLSTATE ${code})`, "Try again later")
  }
  if (error.reason._tag === "AuthenticationError") {
    return make(
      "AuthenticationFailed",
      `The database at ${where} asked for a password and did not accept ours`,
      "Put the right user and password into DATABASE_URL"
    )
  }
  const cause: unknown = error.reason.cause
  const errno = Predicate.hasProperty(cause, "code") && typeof cause.code === "string" ? cause.code : undefined
  if (error.reason.message?.includes("refused TLS") === true) {
    return make(
      "TlsFailed",
      `The server at ${where} speaks no TLS`,
      "Turn it on there, or correct sslmode in DATABASE_URL"
    )
  }
  if (errno !== undefined && /CERT|SELF_SIGNED|UNABLE_TO|TLS|SSL|EPROTO/.test(errno)) {
    return make(
      "TlsFailed",
      `The certificate of the server at ${where} is not trusted (${errno})`,
      "Name its authority by sslrootcert in DATABASE_URL or in NODE_EXTRA_CA_CERTS"
    )
  }
  return make(
    "Unreachable",
    `The database at ${where} can't be reached${errno === undefined ? "" : ` (${errno})`}`,
    "See that it runs and that host and port are right"
  )
}
