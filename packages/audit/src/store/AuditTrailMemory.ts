/**
 * The trail in memory, for tests: the same bracket, entries and chains as the SQL layer, kept in an array.
 *
 * It keeps its promises for as long as the process lives, and no longer: not for use with real patients.
 */
import { AuditTrail } from "@athena-engine/athena-core/audit/AuditTrail"
import { Clock, Context, Effect, Layer } from "effect"
import { type ChainedEntry, type ChainHead, chainEntry, emptyChain } from "../chain/AuditChain.ts"
import type { SubjectSet } from "../chain/SubjectSet.ts"
import { noPractice, type OutcomeEntry } from "../event/AuditEntry.ts"
import type { AuditEvent } from "../event/AuditEvent.ts"
import { makeAccess, WriteFailed } from "./AccessBracket.ts"

/** What a memory trail holds, for a test to look at, and a switch to lock it away. */
export class RecordedEvents extends Context.Service<
  RecordedEvents,
  {
    /** The calls so far, as `audit.events` would show them, in the order of their intents. */
    readonly all: Effect.Effect<ReadonlyArray<AuditEvent>>
    /** Every write fails from now on (`true`), or works again (`false`). */
    readonly lockAway: (isLocked: boolean) => Effect.Effect<void>
  }
>()("audit/store/RecordedEvents") {}

interface Kept extends ChainedEntry {
  readonly subjects: SubjectSet | null
}

const eventsOf = (kept: ReadonlyArray<Kept>): ReadonlyArray<AuditEvent> => {
  const outcomes = new Map<string, { readonly entry: OutcomeEntry; readonly subjects: SubjectSet | null }>()
  for (const { entry, subjects } of kept) {
    if (entry.kind === "outcome") outcomes.set(entry.eventId, { entry, subjects })
  }
  return kept.flatMap(({ entry, subjects }): ReadonlyArray<AuditEvent> => {
    if (entry.kind !== "intent") return []
    const outcome = outcomes.get(entry.eventId)
    const concerned = outcome?.subjects ?? subjects
    return [
      {
        eventId: entry.eventId,
        sequence: entry.sequence,
        occurredAt: new Date(entry.recordedAt),
        agent: entry.agent,
        onBehalfOf: entry.onBehalfOf,
        purposeOfUse: entry.purposeOfUse,
        recipient: entry.recipient,
        action: entry.action,
        practiceId: entry.chain === noPractice ? null : entry.chain,
        patientIds: concerned?.patientIds ?? [],
        appointmentIds: concerned?.appointmentIds ?? [],
        endpoint: entry.endpoint,
        outcome: outcome?.entry.outcome ?? "unknown",
        attempts: outcome?.entry.attempts ?? null,
        requestId: outcome?.entry.requestId ?? null,
        runId: entry.runId,
        source: entry.source
      }
    ]
  })
}

const make = Effect.sync(() => {
  const kept: Array<Kept> = []
  const heads = new Map<string, ChainHead>()
  let isLocked = false
  const access = makeAccess({
    writer: { writerId: crypto.randomUUID(), environment: "simulator" },
    write: (draft) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        if (isLocked) return Effect.fail(new WriteFailed({ code: "locked-away" }))
        const chain = draft.entry.chain
        const chained = chainEntry(heads.get(chain) ?? emptyChain(chain), draft, new Date(now))
        heads.set(chain, { chain, sequence: chained.entry.sequence, hash: chained.hash })
        kept.push({ ...chained, subjects: draft.subjects })
        return Effect.void
      })
  })
  return Context.make(AuditTrail, { access }).pipe(
    Context.add(RecordedEvents, {
      all: Effect.sync(() => eventsOf(kept)),
      lockAway: (locked) =>
        Effect.sync(() => {
          isLocked = locked
        })
    })
  )
})

/** The memory trail and what it recorded. Each build is a trail of its own. */
export const layer: Layer.Layer<AuditTrail | RecordedEvents> = Layer.effectContext(make)
