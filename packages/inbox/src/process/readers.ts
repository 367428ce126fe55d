/**
 * Which records are read when something happened to them: those that we have a table for. The others are kept, and are there
 * for handlers.
 */
import type { AuditTrail } from "@athena-engine/athena-core/audit/AuditTrail"
import type { Athena } from "@athena-engine/athena-core/http/Athena"
import { AppointmentId } from "@athena-engine/athena-core/ids/AppointmentId"
import { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import { ProviderId } from "@athena-engine/athena-core/ids/ProviderId"
import type { FreshRecord } from "@athena-engine/sync/fresh/FreshRecord"
import { freshAppointment } from "@athena-engine/sync/fresh/freshAppointment"
import { freshPatient } from "@athena-engine/sync/fresh/freshPatient"
import { freshProvider } from "@athena-engine/sync/fresh/freshProvider"
import type { KnowDepartment } from "@athena-engine/sync/fresh/knownDepartments"
import type { RunError } from "@athena-engine/sync/runs/RunError"
import type { Run } from "@athena-engine/sync/runs/Runs"
import type { Resource } from "@athena-engine/sync/runs/SyncResult"
import type { Effect } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"

export type Reader = (
  run: Run,
  recordId: string,
  know: KnowDepartment
) => Effect.Effect<FreshRecord<unknown>, RunError, Athena | AuditTrail | SqlClient>

interface RecordTable {
  /** The table's name, and the word for it in logs and quarantine. */
  readonly resource: Resource
  readonly read: Reader
}

const tables: Readonly<Record<string, RecordTable>> = {
  Appointment: {
    resource: "appointments",
    read: (run, id, know) => freshAppointment(run, AppointmentId.make(id), know)
  },
  Patient: { resource: "patients", read: (run, id) => freshPatient(run, PatientId.make(id)) },
  Provider: { resource: "providers", read: (run, id) => freshProvider(run, ProviderId.make(id)) }
}

/** The table of a type of records, if we have one. */
export const tableOf = (type: string): RecordTable | undefined =>
  Object.hasOwn(tables, type) ? tables[type] : undefined
