/**
 * SQL errors without row values.
 *
 * PostgreSQL puts values of rows into an error's message and detail ("Key (email)=(…) already exists").
 * Every effect that leaves the database's side is mapped here: what stays are names of our own schema and the SQLSTATE.
 */
import { Cause, Effect, Predicate, Schema } from "effect"
import { isSqlError, type SqlError } from "effect/sql/SqlError"
import { mendOf } from "./mendOf.ts"

/** A statement failed. Holds no value of any row, no SQL text and no cause. */
export class DatabaseError extends Schema.TaggedError<DatabaseError>()("DatabaseError", {
  /** What was being done, a constant such as `appointments.upsert`. */
  operation: Schema.String,
  /** The class of failure, as `effect/sql` names it, `UniqueViolation`, `DeadlockError`, `ConnectionError` …, or as we do, `DiskFull` … */
  kind: Schema.String,
  /** SQLSTATE, when the server sent one. */
  sqlState: Schema.optionalKey(Schema.String),
  /** The constraint that was violated. */
  constraint: Schema.optionalKey(Schema.String),
  /** The table the server named, with its schema. */
  table: Schema.optionalKey(Schema.String)
}) {
  override get message(): string {
    const facts = [
      this.sqlState === undefined ? undefined : `SQLSTATE ${this.sqlState}`,
      this.constraint === undefined ? undefined : `constraint ${this.constraint}`,
      this.table === undefined ? undefined : `table ${this.table}`
    ].filter(Predicate.isNotUndefined)
    const mend = mendOf(this)
    return (
      `The database failed ${this.operation}: ${this.kind}${facts.length > 0 ? ` (${facts.join(", ")})` : ""}.` +
      (mend === undefined ? "" : ` ${mend}`)
    )
  }

  /** The same work may succeed when tried again: lost connection, conflict, time-out, full disk, no connection left. */
  get isTransient(): boolean {
    return transientKinds.has(this.kind) || (this.sqlState !== undefined && isTransientState(this.sqlState))
  }

  /**
   * The connection is lost, refused, or one too many; the server is stopping or starting. A restart or a failover looks
   * like this and is over in seconds: `rideOut` waits for it.
   */
  get isAway(): boolean {
    return this.kind === "ConnectionError" || (this.sqlState !== undefined && isAwayState(this.sqlState))
  }

  /** The database can't take anything in for now, whoever asks: connection lost, shutting down, full disk. */
  get isOutage(): boolean {
    return this.kind === "ConnectionError" || (this.sqlState !== undefined && isOutageState(this.sqlState))
  }
}

const transientKinds: ReadonlySet<string> = new Set([
  "ConnectionError",
  "DeadlockError",
  "SerializationError",
  "LockTimeoutError",
  "StatementTimeoutError"
])

const isAwayState = (state: string): boolean =>
  // 08 connection, 57P01 to 57P03 stopping, crashed or starting, 57P05 idle too long, 53300 no connection left.
  state.startsWith("08") || /^57P0[1235]$/.test(state) || state === "53300"

const isOutageState = (state: string): boolean =>
  // 08 connection, 53 no space, memory or connection left, 57P going down or starting up, 58 I/O errors.
  state.startsWith("08") || state.startsWith("53") || state.startsWith("57P") || state.startsWith("58")

const isTransientState = (state: string): boolean =>
  // 40 serialization and deadlock, 55P03 lock not available, 57014 cancelled by a time-out, 25P03 idle too long.
  isOutageState(state) || state.startsWith("40") || state === "55P03" || state === "57014" || state === "25P03"

/** The server's own fields of an error, if the server sent it; a socket's `code` is not a SQLSTATE. */
export const serverFields = (
  error: SqlError
): { readonly code?: string; readonly constraint?: string; readonly schema?: string; readonly table?: string } => {
  const cause: unknown = error.reason.cause
  if (!Predicate.hasProperty(cause, "severity")) return {}
  const fields = new Map<string, unknown>(Object.entries(cause))
  const text = (key: string) => {
    const value = fields.get(key)
    return typeof value === "string" && value.length > 0 ? { [key]: value } : {}
  }
  return { ...text("code"), ...text("constraint"), ...text("schema"), ...text("table") }
}

/** Names for what `effect/sql` calls an unknown error. */
const kindOfState: Readonly<Record<string, string>> = {
  "25006": "ReadOnly",
  "53100": "DiskFull",
  "53200": "OutOfMemory",
  "53300": "TooManyConnections",
  "57P01": "ServerStopping",
  "57P02": "ServerCrashed",
  "57P03": "ServerStarting",
  "58030": "FileError"
}

/** Turns one `SqlError` into a `DatabaseError`. `operation` must be a constant. */
export const fromSqlError = (operation: string, error: SqlError): DatabaseError => {
  const { code, constraint, schema, table } = serverFields(error)
  return new DatabaseError({
    operation,
    kind: kindOfState[code ?? ""] ?? error.reason._tag,
    ...(code === undefined ? {} : { sqlState: code }),
    ...(constraint === undefined ? {} : { constraint }),
    ...(table === undefined ? {} : { table: schema === undefined ? table : `${schema}.${table}` })
  })
}

/**
 * Maps the `SqlError` of an effect to a `DatabaseError`; other errors pass.
 *
 * The driver's `withTransaction` makes a defect of the error when it cannot roll back, as on a lost connection. Beside
 * another reason, an interruption among them, such a defect says nothing more and is left out; alone, it is the failure.
 *
 * Put it at the edge of every service that speaks SQL, outside the transaction.
 */
export const mapSqlError =
  (operation: string) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, Exclude<E, SqlError> | DatabaseError, R> =>
    Effect.catchCause(effect, (cause) => Effect.failCause(withoutSqlErrors(operation, cause)))

const withoutSqlErrors = <E>(
  operation: string,
  cause: Cause.Cause<E>
): Cause.Cause<Exclude<E, SqlError> | DatabaseError> => {
  type Mapped = Cause.Reason<Exclude<E, SqlError> | DatabaseError>
  const failed = (error: SqlError): Mapped => Cause.makeFailReason(fromSqlError(operation, error))
  const others = cause.reasons.flatMap((reason): ReadonlyArray<Mapped> => {
    if (Cause.isFailReason(reason)) {
      return [isSqlError(reason.error) ? failed(reason.error) : (reason as Mapped)]
    }
    return Cause.isDieReason(reason) && isSqlError(reason.defect) ? [] : [reason]
  })
  if (others.length > 0) return Cause.fromReasons(others)
  return Cause.fromReasons(
    cause.reasons.flatMap((reason) =>
      Cause.isDieReason(reason) && isSqlError(reason.defect) ? [failed(reason.defect)] : []
    )
  )
}
