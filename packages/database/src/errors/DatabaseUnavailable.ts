import { Schema } from "effect"

/** Why no database could be had. A handler decides by this word; people read `message`. */
export const UnavailableReason = Schema.Literals([
  /** The connection URL can't be read. */
  "InvalidUrl",
  /** Nothing answers at that address, or the connection broke off. */
  "Unreachable",
  /** User name or password were refused. */
  "AuthenticationFailed",
  /** TLS was asked for and could not be had, or the certificate is not trusted. */
  "TlsFailed",
  /** The server has no database of that name. */
  "DatabaseMissing",
  /** PostgreSQL older than 15. */
  "VersionTooOld",
  /** The server has no connection left for us. */
  "TooManyConnections",
  /** No PostgreSQL program for this platform. */
  "NoBinary",
  /** The data folder was made by another major version of PostgreSQL. */
  "VersionMismatch",
  /** The data folder can't be written, reached, or is not ours. */
  "FolderUnusable",
  /** No space left for the data folder. */
  "DiskFull",
  /** The folder for the socket exists and belongs to somebody else. */
  "UntrustedSocketFolder",
  /** The embedded server did not start, or did not stop. */
  "ServerFailed",
  /** No `psql` on this machine. */
  "NoPsql"
])
export type UnavailableReason = typeof UnavailableReason.Type

/**
 * There is no database to work with. Raised before any work is done.
 *
 * Carries no password, no part of the URL but host, port and database name, and no cause.
 */
export class DatabaseUnavailable extends Schema.TaggedError<DatabaseUnavailable>()("DatabaseUnavailable", {
  reason: UnavailableReason,
  /** What happened and where, without a full stop. */
  problem: Schema.String,
  /** What to do about it, without a full stop. */
  mend: Schema.String
}) {
  override get message(): string {
    return `${this.problem}. ${this.mend}.`
  }
}
