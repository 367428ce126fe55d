/**
 * One row of the trail. An access writes two: its intent before the request leaves, its outcome
 * before the data is handed over. A call whose process died gets a recovery instead of an outcome.
 *
 * Words are those of FHIR R4 AuditEvent: agent, action, outcome, purpose of use, source.
 * Every member is always present; `null` says that it has no value. An entry is plain JSON, so that
 * its canonical bytes need nothing but a JSON writer. Adding a member means a new `format`.
 */
import { Schema } from "effect"

const Hash = Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/))
const Uuid = Schema.String.check(Schema.isPattern(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/))
const Instant = Schema.String.check(Schema.isPattern(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/))
const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const Text = Schema.NullOr(Schema.String)
const TextMap = Schema.Record(Schema.String, Schema.String)

/** The chain of what belongs to no practice. */
export const noPractice = "-"

const common = {
  /** Version of the canonical form. */
  format: Schema.Literal(1),
  /** `null`: the hash is plain SHA-256. Room for a later format whose hash takes a key. */
  keyId: Text,
  /** The practice whose chain this is, or `-`. */
  chain: Schema.String.check(Schema.isPattern(/^(-|[0-9]{1,12})$/)),
  /** From 1, without a gap. */
  sequence: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)),
  /** Hash of the entry before, or the chain's genesis hash. */
  previousHash: Hash,
  /** Ties an intent, its outcome and its recovery together. */
  eventId: Uuid,
  /** The database's clock when the entry was written, UTC, milliseconds. */
  recordedAt: Instant,
  /** The running layer that wrote the entry: one per process and start. */
  writerId: Uuid,
  /** Subject set: ids known from the path (intent, recovery), those and the returned ones (outcome). */
  subjectSet: Schema.NullOr(Hash),
  /** Room for what is not thought of yet; empty today. */
  details: TextMap
}

const agent = { agent: Schema.String, host: Schema.String, program: Schema.String }

/** Committed before the request leaves: who asks for what. */
export const IntentEntry = Schema.Struct({
  ...common,
  ...agent,
  kind: Schema.Literal("intent"),
  action: Schema.Literals(["C", "R", "U", "D", "E"]),
  /** Verb and path template. */
  endpoint: Schema.String,
  /** Parameters that name no person. */
  parameters: TextMap,
  environment: Schema.String,
  onBehalfOf: Text,
  purposeOfUse: Schema.String,
  /** 45 CFR 164.528(b)(2): who received the data, their address, what was disclosed and why. */
  recipient: Text,
  recipientAddress: Text,
  disclosureDescription: Text,
  disclosurePurpose: Text,
  runId: Text,
  source: Schema.Literals(["sync", "webhook", "library", "audit"])
})
export type IntentEntry = typeof IntentEntry.Type

/** Committed before the data is handed over: how it ended, whose data it returned. */
export const OutcomeEntry = Schema.Struct({
  ...common,
  kind: Schema.Literal("outcome"),
  outcome: Schema.Literals(["success", "minor-failure", "serious-failure", "major-failure"]),
  errorTag: Text,
  records: Count,
  attempts: Count,
  requestId: Text
})
export type OutcomeEntry = typeof OutcomeEntry.Type

/** Written by a later process for a call that never came back: whose data it returned is unknown. */
export const RecoveryEntry = Schema.Struct({
  ...common,
  /** Who closed the call, not who made it. */
  ...agent,
  kind: Schema.Literal("recovery"),
  /** The lost call, as its intent says it. */
  intentSequence: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)),
  startedAt: Instant,
  endpoint: Schema.String,
  parameters: TextMap,
  runId: Text
})
export type RecoveryEntry = typeof RecoveryEntry.Type

/** Any row of the trail. */
export const AuditEntry = Schema.Union([IntentEntry, OutcomeEntry, RecoveryEntry])
export type AuditEntry = typeof AuditEntry.Type

/** What the chain adds to a draft when it is written. */
type Assigned = "sequence" | "previousHash" | "recordedAt" | "subjectSet"
type DraftOf<Entry> = Entry extends AuditEntry ? Omit<Entry, Assigned> : never

/** An entry before it has its place in the chain. */
export type EntryDraft = DraftOf<AuditEntry>
