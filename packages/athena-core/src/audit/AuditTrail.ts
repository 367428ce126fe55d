/**
 * The HIPAA audit trail, as `athena-core` needs it: a port. Every effect of ours that returns
 * patient data requires `AuditTrail` in its type, so a program without one does not compile.
 *
 * `access` is one bracket, in this order:
 *
 * 1. the intent is committed: who asks for what, of which practice; only then does
 * 2. the effect run (all its attempts, under this one intent); then
 * 3. the outcome is committed: how it ended, whose data came back; only then
 * 4. is the result handed over.
 *
 * Killed between 1 and 3, the trail holds an intent without an outcome: a call that never came
 * back, whose data a list may have held unknown. If 1 or 3 cannot be committed, no data is handed
 * over: the effect fails with `AuditTrailUnavailable`. There is no layer that does nothing.
 *
 * Source: 45 CFR 164.312(b) (audit controls); the layers live in the `audit` package.
 */
import { Context, type Effect, type Exit, Schema } from "effect"
import type { AppointmentId } from "../ids/AppointmentId.ts"
import type { PatientId } from "../ids/PatientId.ts"
import type { PracticeId } from "../ids/PracticeId.ts"

/** The trail could not be written, so no patient data was handed over. Safe to repeat once it can be. */
export class AuditTrailUnavailable extends Schema.TaggedError<AuditTrailUnavailable>()("AuditTrailUnavailable", {
  /** The step that failed: before the request left, or after its answer came. */
  step: Schema.Literals(["intent", "outcome"]),
  /** A short code such as an SQLSTATE; never row values. */
  reason: Schema.String
}) {
  override get message() {
    return `The audit trail could not be written (${this.step}, ${this.reason}), so no patient data was handed over. ${mendOf(this.reason)}`
  }
}

/** What to do, by the SQLSTATE. */
const mendOf = (reason: string): string => {
  switch (reason) {
    case "53100":
      return "The disk of the database is full: free some space, then run again."
    case "25006":
      return "The database takes no writes (a standby, or default_transaction_read_only): use its primary, then run again."
    default:
      return "Check that the database is up and that audit.events can be inserted into, then run again."
  }
}

/** FHIR R4 AuditEvent actions: create, read, update, delete, execute. A search is `execute`. */
export type AuditAction = "C" | "R" | "U" | "D" | "E"

/** FHIR R4 AuditEvent outcomes 0, 4, 8 and 12, by name. */
export type AuditOutcome = "success" | "minor-failure" | "serious-failure" | "major-failure"

/** What is about to be asked. No search terms: only parameters that name no person. */
export interface AccessIntent {
  readonly practiceId: PracticeId
  readonly action: AuditAction
  /** Verb and path template: `GET /v1/{practiceid}/patients/{patientid}`. */
  readonly endpoint: string
  /** Parameters that may be kept: dates, departments, switches. Never names, birth dates or free text. */
  readonly parameters: Readonly<Record<string, string>>
  /** Known before the call, from its path. */
  readonly patientIds: ReadonlyArray<PatientId>
  readonly appointmentIds: ReadonlyArray<AppointmentId>
}

/** How a call ended, and whose data it returned. */
export interface AccessOutcome {
  readonly outcome: AuditOutcome
  /** The error's tag when it failed; never its message. */
  readonly errorTag: string | undefined
  readonly patientIds: ReadonlyArray<PatientId>
  readonly appointmentIds: ReadonlyArray<AppointmentId>
  /** Records in the answer, those set aside included. */
  readonly records: number
  /** Requests sent under this intent. */
  readonly attempts: number
  /** The vendor's `X-Request-Id` of the last answer. */
  readonly requestId: string | undefined
}

export class AuditTrail extends Context.Service<
  AuditTrail,
  {
    /**
     * Runs `effect` between a committed intent and a committed outcome. `outcomeOf` reads the ids out of
     * the result; it must not throw. An interruption is recorded as an outcome too.
     */
    readonly access: <A, E, R>(
      intent: AccessIntent,
      effect: Effect.Effect<A, E, R>,
      outcomeOf: (exit: Exit.Exit<A, E>) => AccessOutcome
    ) => Effect.Effect<A, E | AuditTrailUnavailable, R>
  }
>()("athena-core/audit/AuditTrail") {}
