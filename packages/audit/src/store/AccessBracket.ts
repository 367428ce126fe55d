/**
 * The bracket of `AuditTrail.access`, whatever stands behind it.
 *
 * 1. intent: uninterruptible, so an interruption waits until it is known to be committed or refused
 * 2. the effect: interruptible as its caller has it
 * 3. outcome: uninterruptible; success, failure, defect and interruption all end here
 * 4. the effect's exit is handed over, or `AuditTrailUnavailable` in its place
 *
 * A write is bounded in time by the store, so that neither 1 nor 3 waits for ever.
 */
import { CurrentAuditContext } from "@athena-engine/athena-core/audit/AuditContext"
import { type AccessOutcome, type AuditTrail, AuditTrailUnavailable } from "@athena-engine/athena-core/audit/AuditTrail"
import { Cause, Effect, Exit, Schema } from "effect"
import type { Draft } from "../chain/AuditChain.ts"
import { intentDraft, outcomeDraft, type Writer } from "./AccessDraft.ts"

/** A draft could not be committed. `code` is an SQLSTATE or a fixed word; never row values. */
export class WriteFailed extends Schema.TaggedError<WriteFailed>()("WriteFailed", { code: Schema.String }) {
  override get message(): string {
    return `The audit trail could not be written (${this.code}).`
  }
}

/** `outcomeOf` threw: whose data the answer holds is unknown, so it is not handed over. Keeps no cause. */
class OutcomeUnreadable extends Schema.TaggedError<OutcomeUnreadable>()("OutcomeUnreadable", {}) {
  override get message(): string {
    return "The ids of an answer could not be read for the audit trail, so the answer was not handed over. This is a bug."
  }
}

const nothingKnown: AccessOutcome = {
  outcome: "major-failure",
  errorTag: "Defect",
  patientIds: [],
  appointmentIds: [],
  records: 0,
  attempts: 0,
  requestId: undefined
}

/** A defect or an interruption is named here, so that no caller can forget to. */
const named = (cause: Cause.Cause<unknown>, told: AccessOutcome): AccessOutcome => {
  if (Cause.hasDies(cause)) return { ...told, outcome: "major-failure", errorTag: "Defect" }
  if (Cause.hasInterruptsOnly(cause)) return { ...told, outcome: "minor-failure", errorTag: "Interrupted" }
  return told
}

const tell = <A, E>(exit: Exit.Exit<A, E>, outcomeOf: (exit: Exit.Exit<A, E>) => AccessOutcome) => {
  try {
    const told = outcomeOf(exit)
    return { exit, outcome: Exit.isSuccess(exit) ? told : named(exit.cause, told) }
  } catch {
    return Exit.isSuccess(exit)
      ? { exit: Exit.die(new OutcomeUnreadable()), outcome: nothingKnown }
      : { exit, outcome: named(exit.cause, nothingKnown) }
  }
}

/** `AuditTrail.access` over a store's `write`, which succeeds once its draft is committed. */
export const makeAccess = (options: {
  readonly writer: Writer
  readonly write: (draft: Draft) => Effect.Effect<void, WriteFailed>
}): AuditTrail["Service"]["access"] => {
  const commit = (step: "intent" | "outcome", draft: () => Draft) =>
    Effect.suspend(() => options.write(draft())).pipe(
      Effect.mapError((failed) => new AuditTrailUnavailable({ step, reason: failed.code }))
    )
  return (intent, effect, outcomeOf) =>
    Effect.uninterruptibleMask(
      Effect.fnUntraced(function* (restore) {
        const context = yield* CurrentAuditContext
        const eventId = crypto.randomUUID()
        yield* commit("intent", () => intentDraft(options.writer, eventId, context, intent))
        const told = tell(yield* Effect.exit(restore(effect)), outcomeOf)
        yield* commit("outcome", () => outcomeDraft(options.writer, eventId, intent, told.outcome))
        return yield* told.exit
      })
    )
}
