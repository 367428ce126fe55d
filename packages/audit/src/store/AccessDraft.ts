/** From the port's words to entries: what an intent and an outcome say, and what they must never say. */
import type { AuditContext } from "@athena-engine/athena-core/audit/AuditContext"
import type { AccessIntent, AccessOutcome } from "@athena-engine/athena-core/audit/AuditTrail"
import { isOpaqueId } from "@athena-engine/athena-core/ids/OpaqueId"
import { everyPractice, type PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import type { Draft } from "../chain/AuditChain.ts"
import { subjectSetOf } from "../chain/SubjectSet.ts"
import { type EntryDraft, noPractice } from "../event/AuditEntry.ts"
import { storableText } from "../event/storableText.ts"

/** What every entry of one running layer has in common. */
export interface Writer {
  readonly writerId: string
  /** `simulator`, `sandbox` or `production`. */
  readonly environment: string
}

/** The chain that an access to `practiceId` is written to; practice 1 is no practice. */
export const chainOf = (practiceId: PracticeId): string => (practiceId === everyPractice ? noPractice : practiceId)

const textOrNull = (text: string | undefined) => (text === undefined ? null : storableText(text))

const storableMap = (map: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [storableText(key), storableText(value)]))

/** Error tags and request ids are short words; anything else is a text that got lost, and texts may hold PHI. */
const tagPattern = /^[A-Za-z][A-Za-z0-9_./-]{0,99}$/

const base = (writer: Writer, eventId: string, chain: string) =>
  ({ format: 1, keyId: null, chain, eventId, writerId: writer.writerId, details: {} }) as const

/** The entry that is committed before the request leaves. */
export const intentDraft = (writer: Writer, eventId: string, context: AuditContext, intent: AccessIntent): Draft => {
  const entry: EntryDraft = {
    ...base(writer, eventId, chainOf(intent.practiceId)),
    kind: "intent",
    action: intent.action,
    agent: storableText(context.agent.identity),
    host: storableText(context.agent.host),
    program: storableText(context.agent.program),
    // A template has no query; if one was passed all the same, its values stay out.
    endpoint: storableText(intent.endpoint.split("?")[0] ?? ""),
    parameters: storableMap(intent.parameters),
    environment: writer.environment,
    onBehalfOf: textOrNull(context.onBehalfOf),
    purposeOfUse: context.purposeOfUse,
    recipient: textOrNull(context.recipient),
    recipientAddress: null,
    disclosureDescription: null,
    disclosurePurpose: null,
    runId: textOrNull(context.runId),
    source: context.source
  }
  return { entry, subjects: subjectSetOf(intent) }
}

const tagOrNull = (tag: string | undefined) => (tag === undefined ? null : tagPattern.test(tag) ? tag : "Error")
const requestIdOrNull = (id: string | undefined) => (id !== undefined && isOpaqueId(id) ? id : null)

const count = (number: number) => (Number.isSafeInteger(number) && number > 0 ? number : 0)

/** The entry that is committed before the data is handed over. It names the path's ids and the answer's. */
export const outcomeDraft = (writer: Writer, eventId: string, intent: AccessIntent, outcome: AccessOutcome): Draft => {
  const entry: EntryDraft = {
    ...base(writer, eventId, chainOf(intent.practiceId)),
    kind: "outcome",
    outcome: outcome.outcome,
    errorTag: tagOrNull(outcome.errorTag),
    records: count(outcome.records),
    attempts: count(outcome.attempts),
    requestId: requestIdOrNull(outcome.requestId)
  }
  return { entry, subjects: subjectSetOf(intent, outcome) }
}
