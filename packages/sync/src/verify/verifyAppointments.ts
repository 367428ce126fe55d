/**
 * Reads a practice's appointments of a date range again, as a sync would, compares them with what is stored, and writes
 * nothing. Under the lease of the sync, so that nothing changes meanwhile on this side; on the other it may, and the next
 * sync brings it.
 *
 * departments → for every day: walk, compare → what is stored and not listed, read by id
 *
 * Safe to repeat. Every read is in the audit trail.
 */

import { CurrentAuditContext } from "@athena-engine/athena-core/audit/AuditContext"
import type { AuditTrail } from "@athena-engine/athena-core/audit/AuditTrail"
import { ListDepartments } from "@athena-engine/athena-core/endpoints/practice/ListDepartments"
import type { Athena } from "@athena-engine/athena-core/http/Athena"
import { CurrentCallStatistics, emptyStatistics } from "@athena-engine/athena-core/http/CallStatistics"
import type { AppointmentId } from "@athena-engine/athena-core/ids/AppointmentId"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import type { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import { Leases } from "@athena-engine/database/locks/Leases"
import { Cause, Clock, Effect, Exit, Stream } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import { readAppointment } from "../appointments/readAppointment.ts"
import type { SyncAppointmentsOptions } from "../appointments/SyncAppointments.ts"
import { planWindows } from "../appointments/Window.ts"
import { namedByAppointments } from "../departments/syncDepartments.ts"
import { failureOfCause, type RunError } from "../runs/RunError.ts"
import { DepartmentsMissing } from "../runs/RunRefusals.ts"
import { SyncProgress } from "../runs/SyncProgress.ts"
import type { RunFailure } from "../runs/SyncResult.ts"
import { departmentChunks } from "../walk/departmentChunks.ts"
import { makeRowsInHand } from "../walk/RowsInHand.ts"
import { walkDay } from "../walk/walkDay.ts"
import { compareRecords, notListed } from "./compareDay.ts"
import type { Difference } from "./Difference.ts"

/** One practice's part of a verification. */
export interface VerificationResult {
  readonly practiceId: PracticeId
  readonly resource: "appointments"
  /** `same`; `different`; `failed`: not all of it could be compared, and `differences` are those that were found. */
  readonly status: "same" | "different" | "failed"
  /** Appointments that were read. */
  readonly compared: number
  readonly differences: ReadonlyArray<Difference>
  readonly requests: number
  readonly durationMs: number
  readonly error?: RunFailure
}

/** Days that are read at the same time; the budget decides how many requests are sent. */
const daysAtOnce = 8

const departmentsOf = Effect.fnUntraced(function* (practiceId: PracticeId) {
  const pages = yield* Stream.runCollect(ListDepartments.pages({ practiceId }))
  const listed = pages.flatMap(({ records }) => records.map(({ departmentId }) => departmentId))
  const ids = [...new Set([...listed, ...(yield* namedByAppointments(practiceId))])]
  return ids.length > 0 ? ids : yield* new DepartmentsMissing({ practiceId })
})

/** What became of an appointment that is stored and that its day's list does not hold. */
const missingFromList = Effect.fnUntraced(function* (practiceId: PracticeId, appointmentId: AppointmentId) {
  const reading = yield* readAppointment(practiceId, appointmentId)
  switch (reading._tag) {
    case "NotFound":
      return [{ appointmentId, kind: "gone", columns: [] }] satisfies ReadonlyArray<Difference>
    case "DoesNotFit":
      return [{ appointmentId, kind: "does-not-fit", columns: [] }] satisfies ReadonlyArray<Difference>
    case "Found": {
      if (reading.appointment.status === "o") {
        return [{ appointmentId, kind: "gone", columns: [] }] satisfies ReadonlyArray<Difference>
      }
      // The read by id is leaner than the lists: only its columns can be compared.
      const [difference] = yield* compareRecords(practiceId, [reading.appointment])
      return difference === undefined || difference.columns.join() === "raw" ? [] : [difference]
    }
  }
})

const verify = Effect.fnUntraced(function* (
  { from, practiceId, to }: SyncAppointmentsOptions,
  found: { compared: number; readonly differences: Array<Difference> }
) {
  const report = yield* SyncProgress
  const chunks = departmentChunks(yield* departmentsOf(practiceId))
  const windows = planWindows(from, to)
  const rowsInHand = yield* makeRowsInHand
  let windowsDone = 0

  const verifyDay = (date: LocalDate) =>
    rowsInHand.hold(
      Effect.fnUntraced(function* (makeRoom) {
        const { collected } = yield* walkDay(practiceId, date, chunks, makeRoom)
        const appointments = [...collected.appointments.values()]
        const misfits = [...collected.misfits.values()]
        found.compared += appointments.length + misfits.length
        found.differences.push(...(yield* compareRecords(practiceId, appointments)))
        for (const { recordId } of misfits) {
          found.differences.push({
            appointmentId: recordId as AppointmentId | undefined,
            kind: "does-not-fit",
            columns: []
          })
        }
        const listed = [
          ...appointments.map(({ appointmentId }) => appointmentId),
          ...misfits.flatMap(({ recordId }) => (recordId === undefined ? [] : [recordId]))
        ]
        for (const id of yield* notListed(practiceId, date, listed)) {
          found.differences.push(...(yield* missingFromList(practiceId, id)))
        }
        windowsDone += 1
        yield* report({
          practiceId,
          resource: "appointments",
          windowsDone,
          windows: windows.length,
          fetched: found.compared
        })
      })
    )
  yield* Effect.forEach(windows, ({ date }) => verifyDay(date), { concurrency: daysAtOnce, discard: true })
})

/** Verifies one practice's appointments of the range; what ends it is told in the result. */
export const verifyAppointments = (
  options: SyncAppointmentsOptions
): Effect.Effect<VerificationResult, never, Athena | AuditTrail | Leases | SqlClient> =>
  Effect.gen(function* () {
    const leases = yield* Leases
    const startedAt = yield* Clock.currentTimeMillis
    const statistics = emptyStatistics()
    const auditContext = yield* CurrentAuditContext
    const found = { compared: 0, differences: [] as Array<Difference> }
    const work: Effect.Effect<void, RunError, Athena | AuditTrail | SqlClient> = verify(options, found)
    const exit = yield* leases
      .withLease(`appointments of practice ${options.practiceId}`, { holder: options.holder }, () => work)
      .pipe(
        Effect.provideService(CurrentCallStatistics, statistics),
        Effect.provideService(CurrentAuditContext, { ...auditContext, runId: options.runId }),
        Effect.exit
      )
    if (Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)) return yield* Effect.interrupt
    const { compared, differences } = found
    return {
      practiceId: options.practiceId,
      resource: "appointments" as const,
      status: Exit.isFailure(exit)
        ? ("failed" as const)
        : differences.length > 0
          ? ("different" as const)
          : ("same" as const),
      compared,
      differences,
      requests: statistics.requests,
      durationMs: (yield* Clock.currentTimeMillis) - startedAt,
      ...(Exit.isFailure(exit) ? { error: failureOfCause(exit.cause) } : {})
    }
  }).pipe(Effect.annotateLogs({ practiceId: options.practiceId, resource: "appointments", runId: options.runId }))
