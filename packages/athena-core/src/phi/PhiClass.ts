/**
 * How protected a field of the vendor's records is.
 *
 * - `identifying`: names, birth dates, contact data, relatives, free text. Decoded into one redacted struct a
 *   record; printing it prints nothing.
 * - `linked`: ids, dates, times and status, which identify a person only together with other data. Plain values,
 *   kept out of logs by the logger's allow-list.
 * - `none`: about the practice, not about a patient.
 * - `never-stored`: social security and driving licence numbers. Removed where the record enters.
 *
 * Source: 45 CFR 164.514(b)(2), the Safe Harbor identifiers.
 */
export type PhiClass = "identifying" | "linked" | "none" | "never-stored"

/** The fields of one kind of record by class. A field that is not listed is `identifying`. */
export interface PhiFields {
  readonly identifying: ReadonlyArray<string>
  readonly linked: ReadonlyArray<string>
  readonly none: ReadonlyArray<string>
}

/** A record without any patient behind it. A type of its own: only what has it may be called without an audit trail, or kept in clear. */
export interface NoPhi extends PhiFields {
  readonly identifying: readonly []
  readonly linked: readonly []
}

export const noPhi: NoPhi = { identifying: [], linked: [], none: ["*"] }
