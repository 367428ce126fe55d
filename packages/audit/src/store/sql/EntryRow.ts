/** A row of `audit.entries` and the entry that its columns say. */
import { canonicalJson } from "../../chain/CanonicalJson.ts"
import { IntentEntry, OutcomeEntry, RecoveryEntry } from "../../event/AuditEntry.ts"
import { toHex } from "./bytes.ts"

/** Columns as the driver gives them. */
export interface EntryRow {
  readonly practice_id: string
  readonly sequence: bigint | number | string
  readonly kind: string
  readonly event_id: string
  readonly previous_hash: Uint8Array
  readonly hash: Uint8Array
  readonly canonical: Uint8Array
  readonly subject_set: Uint8Array | null
  readonly [column: string]: unknown
}

const members = {
  intent: Object.keys(IntentEntry.fields),
  outcome: Object.keys(OutcomeEntry.fields),
  recovery: Object.keys(RecoveryEntry.fields)
}

/** Entry members and their columns, where `snake_case` does not tell. */
const columnOf = (member: string): string =>
  member === "chain" ? "practice_id" : member.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const columns = new Map(Object.values(members).flatMap((names) => names.map((name) => [name, columnOf(name)] as const)))

/** For each kind, the members it has and the columns it must leave empty. */
const layout = (own: ReadonlyArray<string>) => ({
  own: own.map((member) => [member, columnOf(member)] as const),
  empty: [...columns].flatMap(([member, column]) => (own.includes(member) ? [] : [column]))
})
const layouts = {
  intent: layout(members.intent),
  outcome: layout(members.outcome),
  recovery: layout(members.recovery)
}

/** A column's value as the entry writes it. */
const plain = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return toHex(value)
  if (value instanceof Date) return value.toISOString()
  if (typeof value === "bigint") return Number(value)
  return value ?? null
}

const isKind = (kind: string): kind is keyof typeof layouts => Object.hasOwn(layouts, kind)

/**
 * Whether every column says what the row's canonical bytes say. A column that the row's kind has no
 * member for must be null: it would be shown, and nothing would vouch for it.
 */
export const columnsAgree = (row: EntryRow): boolean => {
  if (!isKind(row.kind)) return false
  const { empty, own } = layouts[row.kind]
  if (empty.some((column) => row[column] !== null)) return false
  try {
    const said = Object.fromEntries(own.map(([member, column]) => [member, plain(row[column])]))
    return Buffer.compare(canonicalJson(said as Record<string, string>), row.canonical) === 0
  } catch {
    // A number or a date that no entry can hold.
    return false
  }
}
