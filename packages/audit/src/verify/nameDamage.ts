/**
 * What happened where a chain breaks, as well as the database alone can tell.
 *
 * The walk stands at place `n`, behind an entry with a known hash. An entry that is intact (its bytes
 * have its hash) says in its bytes which number it was given, whatever its columns say now. From
 * these, and from whether the true successor still exists somewhere, the damage is named:
 *
 * | at place n | true successor | damage |
 * | --- | --- | --- |
 * | nothing, and nothing after it | gone | `tail-cut` at n |
 * | nothing, but later entries | gone | `removed` at n |
 * | nothing | elsewhere | `reordered` |
 * | intact, written as another number | elsewhere | `reordered` |
 * | anything else | elsewhere | `inserted` at n |
 * | not intact, or its columns differ | gone | `changed` at n |
 * | intact, written as a later number | gone | `removed` at n (the gap was closed) |
 * | intact, written as an earlier number | none | `inserted` before, at that number |
 * | intact, written as n, behind another entry | none | `changed` at n - 1 (its hash was made to fit) |
 */
import { Effect, Option } from "effect"
import type { SqlClient } from "effect/sql"
import { decodeEntry } from "../chain/CanonicalEntry.ts"
import { hashEntry } from "../chain/EntryHash.ts"
import { toHex } from "../store/sql/bytes.ts"
import type { EntryRow } from "../store/sql/EntryRow.ts"
import { readEventAt, readSuccessors } from "./readPages.ts"
import type { BadEntry, Damage } from "./Verification.ts"

/** The last entry that verified; sequence 0 and the genesis hash at the start. */
export interface Position {
  readonly chain: string
  readonly sequence: number
  readonly hash: string
  readonly eventId: string | null
}

const isIntact = (row: EntryRow) => hashEntry(row.canonical) === toHex(row.hash)

/** Names the damage behind `position`, where `row` is what was found next, if anything was. */
export const nameDamage = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  position: Position,
  row: EntryRow | undefined
) {
  const { chain, hash } = position
  const place = position.sequence + 1
  const bad = (kind: Damage, sequence: number, eventId: string | null): BadEntry => ({
    practiceId: chain,
    sequence,
    eventId,
    kind,
    part: "entry"
  })

  const followers = (yield* readSuccessors(sql, chain, hash)).filter(isIntact)
  const found = row === undefined ? Number.POSITIVE_INFINITY : Number(row.sequence)
  const successor = followers.find((follower) => Number(follower.sequence) !== found)

  if (row === undefined || found > place) {
    if (successor !== undefined) return bad("reordered", place, successor.event_id)
    // The one that follows is here, under another number.
    if (row !== undefined && followers.length > 0) return bad("changed", found, row.event_id)
    return bad(row === undefined ? "tail-cut" : "removed", place, null)
  }

  const written = isIntact(row)
    ? Option.getOrUndefined(Option.map(decodeEntry(row.canonical), (entry) => entry.sequence))
    : undefined
  if (found < place) return bad("inserted", found, row.event_id)
  if (successor !== undefined) {
    return bad(written !== undefined && written !== place ? "reordered" : "inserted", place, row.event_id)
  }
  if (written === undefined || followers.length > 0) return bad("changed", place, row.event_id)
  if (written > place) return bad("removed", place, null)
  if (written < place) {
    const intruder = (yield* readEventAt(sql, chain, written))[0]
    return bad("inserted", written, intruder?.event_id ?? null)
  }
  return position.sequence === 0
    ? bad("changed", place, row.event_id)
    : bad("changed", position.sequence, position.eventId)
})
