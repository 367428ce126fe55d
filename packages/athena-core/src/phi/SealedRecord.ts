/**
 * One of the vendor's records as sent, less what is never stored. Printed in any way it shows its kind alone;
 * `reveal` opens it.
 *
 * It is kept as text: parsed, a record takes several times the memory, and most are only written on. `Redacted` would
 * hold every one of a sync's million records in a table of its own.
 */
import type { WireRecord } from "../wire/columns.ts"

export class SealedRecord {
  readonly #kind: string
  readonly #json: string

  /** `json`: the record's JSON, without the fields that are never stored. */
  constructor(kind: string, json: string) {
    this.#kind = kind
    this.#json = json
  }

  /** For `reveal` alone. */
  static readonly textOf = (record: SealedRecord): string => record.#json
  /** For `reveal` alone. */
  static readonly valueOf = (record: SealedRecord): WireRecord => JSON.parse(record.#json)

  toString(): string {
    return `<redacted:${this.#kind}>`
  }

  toJSON(): string {
    return this.toString()
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString()
  }
}
