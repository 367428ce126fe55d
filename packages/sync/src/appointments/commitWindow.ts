/**
 * Commits one day of one practice, in one transaction:
 *
 * lease still held → rows → reschedule links → candidates → quarantine → counts, finished window, watermark
 *
 * Killed before the commit, nothing of the window is there and it is read again; killed after it, the window is finished.
 * Rows whose content is stored already are not sent to the database.
 */
import type { Appointment } from "@athena-engine/athena-core/endpoints/appointments/Appointment"
import type { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import type { Lease } from "@athena-engine/database/locks/Leases"
import { Effect } from "effect"
import { release, setAside } from "../quarantine/quarantine.ts"
import { commitOnce } from "../runs/commitOnce.ts"
import { addWindow, hasWindow, moveWatermark, type Run } from "../runs/Runs.ts"
import type { RowCounts } from "../runs/SyncResult.ts"
import type { Walked } from "../walk/walkList.ts"
import { AppointmentRow } from "./AppointmentRow.ts"
import { noteCandidates } from "./sql/candidates.ts"
import { linkReschedules } from "./sql/linkReschedules.ts"
import { newsAmong } from "./sql/newsAmong.ts"
import { storeRows } from "./storeRows.ts"
import type { Window } from "./Window.ts"

const idOf = ({ appointment }: AppointmentRow) => appointment.appointmentId

/** A fixed order, so that two transactions that share rows cannot wait for each other. */
const inOrder = (appointments: Iterable<Appointment>) =>
  [...appointments].sort((a, b) => (a.appointmentId < b.appointmentId ? -1 : 1))

/** `readUpTo`: the last day before which, with this one, no day of the run is missing. */
export const commitWindow = Effect.fnUntraced(function* (
  run: Run,
  window: Window,
  walked: Walked,
  readAt: string,
  lease: Lease,
  readUpTo: LocalDate | undefined
) {
  const rows = inOrder(walked.collected.appointments.values()).map((appointment) => new AppointmentRow(appointment))
  const misfits = [...walked.collected.misfits.values()]
  const fittingIds = rows.map(idOf)
  const misfitIds = misfits.flatMap(({ recordId }) => (recordId === undefined ? [] : [recordId]))

  const work = Effect.gen(function* () {
    const news = yield* newsAmong(run, rows)
    const { inserted, updated } = yield* storeRows(run, news, readAt, "list")
    yield* linkReschedules(
      run,
      news.map(({ appointment }) => appointment)
    )
    yield* noteCandidates(run, window.date, [...fittingIds, ...misfitIds])
    yield* release(run, fittingIds)
    yield* setAside(run, misfits)
    const counts: RowCounts = {
      fetched: rows.length + misfits.length,
      inserted,
      updated,
      unchanged: rows.length - inserted - updated,
      gone: 0,
      quarantined: misfits.length,
      drifted: walked.hasDrifted ? 1 : 0
    }
    yield* addWindow(run, window.key, readAt, counts)
    if (readUpTo !== undefined) yield* moveWatermark(run, readUpTo, readAt)
    return counts
  })
  const isCommitted = hasWindow(run, window.key, readAt)
  return yield* commitOnce(run, lease, { operation: "appointments.commit", work, isCommitted })
})
