import { Redacted } from "effect"

/**
 * Why a redacted value is taken out of its wrapper: to be written to the database, to be sent to athenahealth, or
 * because a program built on the library hands it to its own code.
 */
export type RevealPurpose = "storage" | "request" | "integration"

/**
 * Takes a protected value out of its wrapper. The one way to do so: every place where PHI appears in the clear calls
 * this function, with its purpose, and can be found by its name.
 */
export const reveal = <A>(value: Redacted.Redacted<A>, _purpose: RevealPurpose): A => Redacted.value(value)
