/**
 * Walks one chain from its first entry to its head.
 *
 * An entry verifies when its number is the next one, it names the hash of the entry before, its hash
 * is that of its canonical bytes, its columns say what these bytes say, its subject set is there and
 * unchanged, and an outcome or recovery has its intent before it. The chain verifies when its last
 * entry is the one that its head names.
 */
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import { genesisHash, hashEntry } from "../chain/EntryHash.ts"
import { toHex } from "../store/sql/bytes.ts"
import { columnsAgree } from "../store/sql/EntryRow.ts"
import { nameDamage, type Position } from "./nameDamage.ts"
import { type CheckedRow, type HeadRow, readEntries } from "./readPages.ts"
import type { BadEntry } from "./Verification.ts"

/** What a walk counted, up to the damage if there was any. */
export interface ChainVerification {
  readonly events: number
  readonly entries: number
  readonly unfinished: number
  readonly recovered: number
  readonly bad: BadEntry | undefined
}

const followsOn = (position: Position, row: CheckedRow): boolean =>
  Number(row.sequence) === position.sequence + 1 &&
  toHex(row.previous_hash) === position.hash &&
  hashEntry(row.canonical) === toHex(row.hash) &&
  columnsAgree(row)

/** Verifies the chain of `head`, `pageSize` entries at a time. `badSets` holds hashes of changed subject sets. */
export const verifyChain = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  head: HeadRow,
  options: { readonly badSets: ReadonlySet<string>; readonly pageSize: number }
) {
  const chain = head.practice_id
  const headSequence = Number(head.sequence ?? 0)
  const counts = { events: 0, entries: 0, unfinished: 0, recovered: 0 }
  let position: Position = { chain, sequence: 0, hash: genesisHash(chain), eventId: null }
  const ended = (bad?: BadEntry): ChainVerification => ({ ...counts, bad })
  const damage = (part: BadEntry["part"], kind: BadEntry["kind"], sequence: number, eventId: string | null) =>
    ended({ practiceId: chain, sequence, eventId, kind, part })

  if (head.sequence === null) return damage("head", "removed", 0, null)
  while (true) {
    const page = yield* readEntries(sql, chain, position.sequence, options.pageSize)
    for (const row of page) {
      if (!followsOn(position, row)) return ended(yield* nameDamage(sql, position, row))
      const sequence = Number(row.sequence)
      if (sequence > headSequence || !row.has_intent) return damage("entry", "inserted", sequence, row.event_id)
      if (!row.has_set) return damage("subject-set", "removed", sequence, row.event_id)
      if (row.subject_set !== null && options.badSets.has(toHex(row.subject_set))) {
        return damage("subject-set", "changed", sequence, row.event_id)
      }
      position = { chain, sequence, hash: toHex(row.hash), eventId: row.event_id }
      counts.entries += 1
      if (row.kind === "intent") {
        counts.events += 1
        if (!row.has_outcome) counts.unfinished += 1
        if (!row.has_outcome && row.has_recovery) counts.recovered += 1
      }
    }
    if (page.length < options.pageSize) break
  }
  if (position.sequence < headSequence) return ended(yield* nameDamage(sql, position, undefined))
  if (head.hash === null || toHex(head.hash) !== position.hash) {
    return damage("head", "changed", position.sequence, position.eventId)
  }
  return ended()
})
