/** `RecordedEvents` over the view, so that both layers answer the same questions. */
import type { AuditAction } from "@athena-engine/athena-core/audit/AuditTrail"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import type { EventOutcome } from "../../src/event/AuditEvent.ts"
import { RecordedEvents } from "../../src/store/AuditTrailMemory.ts"

interface Row {
  readonly event_id: string
  readonly sequence: bigint
  readonly occurred_at: Date
  readonly agent: string
  readonly on_behalf_of: string | null
  readonly purpose_of_use: string
  readonly recipient: string | null
  readonly action: AuditAction
  readonly practice_id: string | null
  readonly patient_ids: ReadonlyArray<string>
  readonly appointment_ids: ReadonlyArray<string>
  readonly endpoint: string
  readonly outcome: EventOutcome
  readonly attempts: number | null
  readonly request_id: string | null
  readonly run_id: string | null
  readonly source: string
}

export const layer = Layer.effect(
  RecordedEvents,
  Effect.map(SqlClient.SqlClient, (sql) =>
    RecordedEvents.of({
      all: sql<Row>`select * from audit.events order by occurred_at, sequence`.pipe(
        Effect.map((rows) =>
          rows.map((row) => ({
            eventId: row.event_id,
            sequence: Number(row.sequence),
            occurredAt: row.occurred_at,
            agent: row.agent,
            onBehalfOf: row.on_behalf_of,
            purposeOfUse: row.purpose_of_use,
            recipient: row.recipient,
            action: row.action,
            practiceId: row.practice_id,
            patientIds: row.patient_ids,
            appointmentIds: row.appointment_ids,
            endpoint: row.endpoint,
            outcome: row.outcome,
            attempts: row.attempts,
            requestId: row.request_id,
            runId: row.run_id,
            source: row.source
          }))
        ),
        Effect.orDie
      ),
      lockAway: (isLocked) =>
        sql
          .unsafe(
            isLocked
              ? "alter table audit.entries rename to locked_away"
              : "alter table if exists audit.locked_away rename to entries"
          )
          .pipe(Effect.orDie)
    })
  )
)
