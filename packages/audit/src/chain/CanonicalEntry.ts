/** Entries to canonical bytes and back; the format is told in `docs/audit-format.md`. */
import { Option, Schema } from "effect"
import { AuditEntry } from "../event/AuditEntry.ts"
import { canonicalJson } from "./CanonicalJson.ts"

/** The bytes that are hashed and stored. */
export const encodeEntry = (entry: AuditEntry): Uint8Array => canonicalJson(entry)

const decodeJson = Schema.decodeUnknownOption(Schema.fromJsonString(AuditEntry), { onExcessProperty: "error" })

/** The entry behind `canonical`; none if the bytes are not exactly an entry's canonical form. */
export const decodeEntry = (canonical: Uint8Array): Option.Option<AuditEntry> =>
  Option.filter(
    decodeJson(new TextDecoder().decode(canonical)),
    (entry) => Buffer.compare(encodeEntry(entry), canonical) === 0
  )
