/**
 * The hashes of the trail: SHA-256, each behind a prefix that says what is hashed, so that the
 * bytes of one thing never pass for another's. The prefixes are part of `docs/audit-format.md`.
 */
import { createHash } from "node:crypto"

const sha256 = (domain: string, bytes: Uint8Array): string =>
  createHash("sha256").update(`${domain}\n`).update(bytes).digest("hex")

/** Hash of an entry's canonical bytes. Also its leaf in a Merkle tree over the chain. */
export const hashEntry = (canonical: Uint8Array): string => sha256("athena-audit/entry/v1", canonical)

/** Hash that names a subject set, of its canonical bytes. */
export const hashSubjectSet = (canonical: Uint8Array): string => sha256("athena-audit/subject-set/v1", canonical)

/** What the first entry of a chain has as its previous hash. */
export const genesisHash = (chain: string): string => sha256("athena-audit/genesis/v1", new TextEncoder().encode(chain))
