import type { AuditTrail } from "@athena-engine/athena-core/audit/AuditTrail"
import type { Athena } from "@athena-engine/athena-core/http/Athena"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import type { RunId } from "@athena-engine/athena-core/ids/RunId"
import { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import type { Leases } from "@athena-engine/database/locks/Leases"
import { DateTime, Effect } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import { syncAppointments } from "../appointments/SyncAppointments.ts"
import { syncChanges } from "../feeds/SyncChanges.ts"
import { syncPatients } from "../patients/SyncPatients.ts"
import { syncReference } from "../reference/SyncReference.ts"
import type { SyncResult } from "../runs/SyncResult.ts"
import type { Perform } from "./attend.ts"
import type { Step } from "./Job.ts"
import { type DateRange, nightlyRange } from "./nightlyRange.ts"

export interface StepOptions {
  readonly runId: RunId
  readonly practiceId: PracticeId
  /** Who runs it, in words for whoever meets its leases. */
  readonly holder: string
  /** The days of appointments to read. */
  readonly range: DateRange
}

type StepServices = Athena | AuditTrail | Leases | SqlClient

/** Does one step for one practice: a result for each of its resources. Never fails: look at their `status` and `error`. */
export const runStep = (
  step: Step,
  { range, ...options }: StepOptions
): Effect.Effect<ReadonlyArray<SyncResult>, never, StepServices> => {
  switch (step) {
    case "reference":
      return syncReference(options)
    case "appointments":
      return Effect.map(syncAppointments({ ...options, ...range }), (result) => [result])
    case "changed_appointments":
      return Effect.map(syncChanges({ ...options, feed: "appointments" }), (result) => [result])
    case "changed_patients":
      return Effect.map(syncChanges({ ...options, feed: "patients" }), (result) => [result])
    case "patients":
      return Effect.map(syncPatients(options), (result) => [result])
  }
}

/** A step of a scheduled run: the days are those around the day on which it was begun, however often it is gone on with. */
export const performStep: Perform<StepServices> = (step, { startedAt, ...options }) =>
  runStep(step, { ...options, range: nightlyRange(LocalDate.make(DateTime.formatIsoDateUtc(startedAt))) })
