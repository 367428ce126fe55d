/**
 * Asks for every candidate by its id, and settles it:
 *
 * - found at another day, or with other content: it moved, or was cancelled → stored
 * - found as an open slot: it was freed → stored as such, `gone_at` set, no patient any more
 * - not found, twice, while the practice itself answers: `gone_at` set
 * - found as it is stored: the list was wrong; nothing is written
 *
 * Every candidate is one transaction, so a run that is killed in between goes on with those that are left.
 */
import type { Appointment } from "@athena-engine/athena-core/endpoints/appointments/Appointment"
import { GetAppointment } from "@athena-engine/athena-core/endpoints/appointments/GetAppointment"
import { Ping } from "@athena-engine/athena-core/endpoints/practice/Ping"
import type { Misfit } from "@athena-engine/athena-core/endpoints/RecordKind"
import type { AppointmentId } from "@athena-engine/athena-core/ids/AppointmentId"
import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import type { Lease } from "@athena-engine/database/locks/Leases"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { release, setAside } from "../quarantine/quarantine.ts"
import { addCountsToRun, databaseTime, type Run } from "../runs/Runs.ts"
import { noRows, type RowCounts } from "../runs/SyncResult.ts"
import { rowOf } from "./AppointmentRow.ts"
import { openCandidates, settleCandidate } from "./sql/candidates.ts"
import { linkReschedules } from "./sql/linkReschedules.ts"
import { markGone } from "./sql/markGone.ts"
import { storeRead } from "./sql/storeRead.ts"

type Reading =
  | { readonly _tag: "Found"; readonly appointment: Appointment }
  | { readonly _tag: "NotFound" }
  | { readonly _tag: "DoesNotFit"; readonly misfit: Misfit }

/** "Not found" counts only when it is said twice while the practice itself answers: an outage looks the same. */
const readTwice = Effect.fnUntraced(function* (run: Run, appointmentId: AppointmentId) {
  const read = GetAppointment.read({ practiceId: run.practiceId, appointmentId }).pipe(
    Effect.map((appointment): Reading => ({ _tag: "Found", appointment })),
    Effect.catchTag("RecordMisfit", ({ misfit }) => Effect.succeed<Reading>({ _tag: "DoesNotFit", misfit })),
    Effect.catchIf(
      (error) => error._tag === "AthenaError" && error.reason._tag === "RecordNotFound",
      () => Effect.succeed<Reading>({ _tag: "NotFound" })
    )
  )
  const first = yield* read
  if (first._tag !== "NotFound") return first
  yield* Ping.check(run.practiceId)
  return yield* read
})

/** In the candidate's transaction: writes what the reading says, and answers what that did. */
const write = Effect.fnUntraced(function* (run: Run, id: AppointmentId, reading: Reading, readAt: string) {
  switch (reading._tag) {
    case "DoesNotFit":
      yield* setAside(run, [reading.misfit])
      return { ...noRows, fetched: 1, quarantined: 1 }
    case "NotFound":
      yield* release(run, [id])
      return { ...noRows, gone: (yield* markGone(run, id, readAt)) ? 1 : 0 }
    case "Found": {
      yield* release(run, [id])
      const isWritten = yield* storeRead(run, rowOf(reading.appointment), readAt)
      if (!isWritten) return { ...noRows, fetched: 1, unchanged: 1 }
      yield* linkReschedules(run, [id])
      const isFreed = reading.appointment.status === "o"
      return { ...noRows, fetched: 1, ...(isFreed ? { gone: 1 } : { updated: 1 }) }
    }
  }
})

const settleOne = Effect.fnUntraced(function* (run: Run, id: AppointmentId, lease: Lease) {
  const sql = yield* SqlClient
  const readAt = yield* databaseTime
  const reading = yield* readTwice(run, id)
  const settle = Effect.gen(function* () {
    yield* lease.assertHeld
    const counts: RowCounts = yield* write(run, id, reading, readAt)
    yield* settleCandidate(run, id)
    yield* addCountsToRun(run, counts)
    return counts
  })
  return yield* sql.withTransaction(settle).pipe(mapSqlError("candidates.settle"))
})

/** Settles all candidates of the practice, telling `committed` of each. */
export const settleCandidates = Effect.fnUntraced(function* (
  run: Run,
  lease: Lease,
  concurrency: number,
  committed: (counts: RowCounts) => Effect.Effect<void>
) {
  const candidates = yield* openCandidates(run).pipe(mapSqlError("candidates.read"))
  yield* Effect.forEach(candidates, (id) => Effect.flatMap(settleOne(run, id, lease), committed), {
    concurrency,
    discard: true
  })
})
