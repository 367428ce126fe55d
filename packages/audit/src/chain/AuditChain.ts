/** The chain itself, without a store: each entry takes the next number and the hash of the one before. */
import type { AuditEntry, EntryDraft } from "../event/AuditEntry.ts"
import { encodeEntry } from "./CanonicalEntry.ts"
import { genesisHash, hashEntry } from "./EntryHash.ts"
import type { SubjectSet } from "./SubjectSet.ts"

/** Where a chain stands: the number and hash of its last entry; 0 and the genesis hash before the first. */
export interface ChainHead {
  readonly chain: string
  readonly sequence: number
  readonly hash: string
}

/** Something to write: the entry, and the set of those it concerns. */
export interface Draft {
  readonly entry: EntryDraft
  readonly subjects: SubjectSet | null
}

/** An entry with its place in the chain. */
export interface ChainedEntry {
  readonly entry: AuditEntry
  readonly canonical: Uint8Array
  readonly hash: string
}

export const emptyChain = (chain: string): ChainHead => ({ chain, sequence: 0, hash: genesisHash(chain) })

/** Puts `draft` behind `head`. */
export const chainEntry = (head: ChainHead, draft: Draft, recordedAt: Date): ChainedEntry => {
  const entry: AuditEntry = {
    ...draft.entry,
    sequence: head.sequence + 1,
    previousHash: head.hash,
    recordedAt: recordedAt.toISOString(),
    subjectSet: draft.subjects?.hash ?? null
  }
  const canonical = encodeEntry(entry)
  return { entry, canonical, hash: hashEntry(canonical) }
}

/** Puts `drafts`, in their order, behind the heads of their chains, which must all be in `heads`. */
export const chainEntries = (heads: ReadonlyArray<ChainHead>, drafts: ReadonlyArray<Draft>, recordedAt: Date) => {
  const moved = new Map(heads.map((head) => [head.chain, head]))
  const entries: Array<ChainedEntry> = []
  for (const draft of drafts) {
    const head = moved.get(draft.entry.chain)
    if (head === undefined) throw new Error("A chain's head was not locked before writing to it")
    const chained = chainEntry(head, draft, recordedAt)
    moved.set(head.chain, { chain: head.chain, sequence: chained.entry.sequence, hash: chained.hash })
    entries.push(chained)
  }
  return { entries, heads: [...moved.values()] }
}
