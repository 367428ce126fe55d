import { Redacted } from "effect"
import type { WireRecord } from "../wire/columns.ts"
import { SealedRecord } from "./SealedRecord.ts"

/**
 * Why a protected value is taken out of its wrapper: to be written to the database, to be sent to athenahealth, or
 * because a program built on the library hands it to its own code.
 */
export type RevealPurpose = "storage" | "request" | "integration"

/**
 * Takes a protected value out of its wrapper: what a `Redacted` holds, or a record as the vendor sent it. The one way to
 * do so, with `revealText`: every place where PHI appears in the clear calls one of the two, with its purpose, and can
 * be found by its name.
 */
export const reveal: {
  (record: SealedRecord, purpose: RevealPurpose): WireRecord
  <A>(value: Redacted.Redacted<A>, purpose: RevealPurpose): A
} = <A>(value: SealedRecord | Redacted.Redacted<A>, _purpose: RevealPurpose): WireRecord | A =>
  value instanceof SealedRecord ? SealedRecord.valueOf(value) : Redacted.value(value)

/** The JSON text of a record as the vendor sent it. */
export const revealText = (record: SealedRecord, _purpose: RevealPurpose): string => SealedRecord.textOf(record)
