/**
 * Asks for every candidate by its id, and settles it:
 *
 * - found at another day, or with other content: it moved, or was cancelled → stored
 * - found as an open slot: it was freed → stored as such, `gone_at` set, no patient any more
 * - not found, twice, while an appointment that must be there is found: `gone_at` set
 * - found as it is stored: the list was wrong; nothing is written
 *
 * Every candidate is one transaction, so a run that is killed in between goes on with those that are left.
 */
import { Ping } from "@athena-engine/athena-core/endpoints/practice/Ping"
import type { AppointmentId } from "@athena-engine/athena-core/ids/AppointmentId"
import type { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import type { Lease } from "@athena-engine/database/locks/Leases"
import { rideOut } from "@athena-engine/database/outages/rideOut"
import { Effect, Option } from "effect"
import { release, setAside } from "../quarantine/quarantine.ts"
import { commitOnce } from "../runs/commitOnce.ts"
import { RecordsUnanswered } from "../runs/RunRefusals.ts"
import { addCountsToRun, databaseTime, type Run } from "../runs/Runs.ts"
import { noRows, type RowCounts } from "../runs/SyncResult.ts"
import type { Tolerance } from "../runs/Tolerance.ts"
import { type Reading, readAppointment } from "./readAppointment.ts"
import { isSettled, openCandidates, settleCandidate } from "./sql/candidates.ts"
import { controlAppointments } from "./sql/controlAppointments.ts"
import { linkReschedules } from "./sql/linkReschedules.ts"
import { markGone } from "./sql/markGone.ts"
import { storeRead } from "./sql/storeRead.ts"

/** Candidates that are asked for at the same time; the budget decides how many requests are sent. */
const candidatesAtOnce = 16

/** Those of the run, both included. */
interface Days {
  readonly from: LocalDate
  readonly to: LocalDate
}

/**
 * "Not found" counts only when it is said twice, and an appointment that must be there is found in the same way: an
 * outage looks the same otherwise. Where there is none to ask for, the practice itself must answer.
 */
const readTwice = Effect.fnUntraced(function* (run: Run, appointmentId: AppointmentId, days: Days) {
  const first = yield* readAppointment(run.practiceId, appointmentId)
  if (first._tag !== "NotFound") return first
  yield* Ping.check(run.practiceId)
  const second = yield* readAppointment(run.practiceId, appointmentId)
  if (second._tag !== "NotFound") return second
  const controls = yield* controlAppointments(run, days).pipe(rideOut("candidates.control"))
  if (controls.length === 0) return second
  for (const control of controls) {
    if ((yield* readAppointment(run.practiceId, control))._tag !== "NotFound") return second
  }
  return yield* new RecordsUnanswered({ practiceId: run.practiceId, resource: "appointments" })
})

/**
 * In the candidate's transaction: writes what the reading says, and answers what that did. Rows first, then the quarantine, as
 * everywhere, so that two transactions that touch both cannot wait for each other.
 */
const write = Effect.fnUntraced(function* (run: Run, id: AppointmentId, reading: Reading, readAt: string) {
  switch (reading._tag) {
    case "DoesNotFit":
      yield* setAside(run, [reading.misfit])
      return { ...noRows, fetched: 1, quarantined: 1 }
    case "NotFound": {
      const isMarked = yield* markGone(run, id, readAt)
      yield* release(run, [id])
      return { ...noRows, gone: isMarked ? 1 : 0 }
    }
    case "Found": {
      const isWritten = yield* storeRead(run, reading.appointment, readAt)
      yield* release(run, [id])
      if (!isWritten) return { ...noRows, fetched: 1, unchanged: 1 }
      yield* linkReschedules(run, [reading.appointment])
      const isFreed = reading.appointment.status === "o"
      return { ...noRows, fetched: 1, ...(isFreed ? { gone: 1 } : { updated: 1 }) }
    }
  }
})

const settleOne = Effect.fnUntraced(function* (run: Run, id: AppointmentId, lease: Lease, days: Days) {
  const readAt = yield* databaseTime
  const reading = yield* readTwice(run, id, days)
  const work = Effect.gen(function* () {
    const counts: RowCounts = yield* write(run, id, reading, readAt)
    yield* settleCandidate(run, id)
    yield* addCountsToRun(run, counts)
    return counts
  })
  return yield* commitOnce(run, lease, { operation: "candidates.settle", work, isCommitted: isSettled(run, id) })
})

/** Settles the candidates of the days from `from` to `to`, telling `committed` of each. */
export const settleCandidates = Effect.fnUntraced(function* (
  run: Run,
  lease: Lease,
  days: Days,
  tolerance: Tolerance,
  committed: (counts: RowCounts) => Effect.Effect<void>
) {
  const candidates = yield* openCandidates(run, days).pipe(rideOut("candidates.read"))
  yield* Effect.forEach(
    candidates,
    (id) =>
      Effect.flatMap(
        tolerance.part(settleOne(run, id, lease, days), { appointmentId: id }),
        Option.match({ onNone: () => Effect.void, onSome: committed })
      ),
    { concurrency: candidatesAtOnce, discard: true }
  )
})
