/** What a verification says. */

/**
 * - `changed`: an entry, one of its columns, its subject set or the head says something else than was written
 * - `removed`: an entry (or a set, or a head) is not there any more; the sequence is that of the missing entry
 * - `inserted`: an entry that the chain does not account for
 * - `reordered`: entries that are all there, in another order
 * - `tail-cut`: the chain ends before its head says it does
 *
 * A tail cut together with its head, and a chain rewritten from some entry to its end and head, look
 * like an honest trail from inside the database: only checkpoints kept elsewhere show them.
 */
export type Damage = "changed" | "removed" | "inserted" | "reordered" | "tail-cut"

export interface BadEntry {
  /** The chain: a practice, or `-` for what belongs to none. */
  readonly practiceId: string
  readonly sequence: number
  /** The event of the entry found there; `null` when there is none to name. */
  readonly eventId: string | null
  readonly kind: Damage
  /** Where the damage is. */
  readonly part: "entry" | "subject-set" | "head"
}

export interface Verification {
  readonly status: "verified" | "broken"
  /** Calls whose intents verified. */
  readonly events: number
  /** Intents, outcomes and recoveries that verified. In a broken chain, those before the damage. */
  readonly entries: number
  /** Signed checkpoints that were compared. */
  readonly checkpoints: number
  /** Calls that never came back, those under way now included. No failure. */
  readonly unfinished: number
  /** How many of `unfinished` a later process closed by a recovery entry. */
  readonly recovered: number
  /** The first damage, in the order of practices and sequences. */
  readonly firstBad?: BadEntry
}
