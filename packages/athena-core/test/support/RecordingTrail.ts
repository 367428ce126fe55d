import { Effect, Layer } from "effect"
import { type AccessIntent, type AccessOutcome, AuditTrail, AuditTrailUnavailable } from "../../src/audit/AuditTrail.ts"

export type Recorded =
  | { readonly step: "intent"; readonly intent: AccessIntent }
  | { readonly step: "outcome"; readonly outcome: AccessOutcome }

export interface RecordingTrail {
  readonly recorded: ReadonlyArray<Recorded>
  readonly intents: () => ReadonlyArray<AccessIntent>
  readonly outcomes: () => ReadonlyArray<AccessOutcome>
  readonly layer: Layer.Layer<AuditTrail>
}

/** Keeps the bracket's promises in memory; `broken` names the step that cannot be committed. */
export const recordingTrail = (
  options: { readonly broken?: "intent" | "outcome"; readonly onStep?: (step: Recorded["step"]) => void } = {}
): RecordingTrail => {
  const recorded: Array<Recorded> = []
  const write = (entry: Recorded) =>
    Effect.suspend(() => {
      if (options.broken === entry.step) {
        return Effect.fail(new AuditTrailUnavailable({ step: entry.step, reason: "42501" }))
      }
      options.onStep?.(entry.step)
      recorded.push(entry)
      return Effect.void
    })
  const trail = AuditTrail.of({
    access: (intent, effect, outcomeOf) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.gen(function* () {
          yield* write({ step: "intent", intent })
          const exit = yield* Effect.exit(restore(effect))
          yield* write({ step: "outcome", outcome: outcomeOf(exit) })
          return yield* exit
        })
      )
  })
  return {
    recorded,
    intents: () => recorded.flatMap((entry) => (entry.step === "intent" ? [entry.intent] : [])),
    outcomes: () => recorded.flatMap((entry) => (entry.step === "outcome" ? [entry.outcome] : [])),
    layer: Layer.succeed(AuditTrail, trail)
  }
}
