/**
 * One call as `audit.events` shows it: the intent and, if it came back, its outcome.
 *
 * Outcomes are FHIR R4 AuditEvent's, by name, and `unknown`: the process died before it could say.
 * Whose data such a call returned is unknown too; the ids are then only those of its path.
 */
import type { AuditAction, AuditOutcome } from "@athena-engine/athena-core/audit/AuditTrail"

/** How a call ended, as far as the trail knows. */
export type EventOutcome = AuditOutcome | "unknown"

export interface AuditEvent {
  readonly eventId: string
  /** Number of the intent in its practice's chain. */
  readonly sequence: number
  /** The database's clock when the intent was committed. */
  readonly occurredAt: Date
  readonly agent: string
  readonly onBehalfOf: string | null
  readonly purposeOfUse: string
  readonly recipient: string | null
  readonly action: AuditAction
  /** `null` for what belongs to no practice. */
  readonly practiceId: string | null
  readonly patientIds: ReadonlyArray<string>
  readonly appointmentIds: ReadonlyArray<string>
  readonly endpoint: string
  readonly outcome: EventOutcome
  readonly attempts: number | null
  readonly requestId: string | null
  readonly runId: string | null
  readonly source: string
}
