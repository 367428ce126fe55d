/**
 * Stores changed appointments by the rules of the lists: the newer answer wins, a reschedule links old and new, what does not
 * fit is set aside.
 *
 * - Several changes of one record are one row: each is the record as it is now.
 * - `o`: nobody has it any more. A stored one is marked as gone, on the vendor's word, and has no patient; an unknown slot is
 *   left out (`sql/openSlots.ts`).
 * - `x` is a status like any other: the row stays.
 */
import type { Appointment } from "@athena-engine/athena-core/endpoints/appointments/Appointment"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { AppointmentRow } from "../appointments/AppointmentRow.ts"
import { linkReschedules } from "../appointments/sql/linkReschedules.ts"
import { newsAmong } from "../appointments/sql/newsAmong.ts"
import type { Source } from "../appointments/sql/upsert.ts"
import { storeRows } from "../appointments/storeRows.ts"
import { release, setAside } from "../quarantine/quarantine.ts"
import { arrayLiteral } from "../rows/arrayLiteral.ts"
import type { Run } from "../runs/Runs.ts"
import { noRows, type RowCounts } from "../runs/SyncResult.ts"
import { Collected } from "../walk/Collected.ts"
import type { ChangedRows } from "./Feed.ts"
import type { FeedRun } from "./journal.ts"
import { disputeAppointments } from "./sql/disputes.ts"
import { slotsToStore } from "./sql/openSlots.ts"

/**
 * Rows are locked in the order of their ids, as the lists lock theirs, so that two transactions that share some cannot wait for
 * each other: freed ones are written before the others.
 */
const lockInOrder = Effect.fnUntraced(function* (run: Run, rows: ReadonlyArray<AppointmentRow>) {
  const sql = yield* SqlClient
  const ids = arrayLiteral(rows.map(({ appointment }) => appointment.appointmentId))
  yield* sql`
    select from athena.appointments
    where practice_id = ${run.practiceId} and appointment_id = any(${ids}::text[])
    order by appointment_id collate "C" for no key update`
})

const isOpen = ({ appointment }: AppointmentRow) => appointment.status === "o"

/** In a step. `readAt`: a time before the request left. */
export const storeChangedAppointments = Effect.fnUntraced(function* (
  reading: FeedRun,
  { misfits, records }: ChangedRows<Appointment>,
  readAt: string,
  source: Source = "feed"
) {
  const run = { ...reading.run, resource: "appointments" } as const
  const collected = new Collected()
  collected.add({ offset: 0, records, misfits, received: 0, totalCount: undefined, hasNext: false })
  const rows = [...collected.appointments.values()]
    .sort((a, b) => (a.appointmentId < b.appointmentId ? -1 : 1))
    .map((appointment) => new AppointmentRow(appointment))
  const aside = [...collected.misfits.values()]
  if (rows.length + aside.length === 0) return noRows

  const news = rows.length === 0 ? [] : yield* newsAmong(run, rows)
  const slots = yield* slotsToStore(run, news.filter(isOpen))
  if (slots.length > 0) yield* lockInOrder(run, news)
  const freed = yield* storeRows(run, slots, readAt, source)
  const { inserted, updated } = yield* storeRows(
    run,
    news.filter((row) => !isOpen(row)),
    readAt,
    source
  )
  yield* linkReschedules(
    run,
    news.map(({ appointment }) => appointment)
  )
  yield* disputeAppointments(run, news, readAt)
  yield* release(
    run,
    rows.map(({ appointment }) => appointment.appointmentId)
  )
  yield* setAside(run, aside)
  const gone = freed.inserted + freed.updated
  return {
    ...noRows,
    fetched: rows.length + aside.length,
    inserted,
    updated,
    unchanged: rows.length - inserted - updated - gone,
    gone,
    quarantined: aside.length
  } satisfies RowCounts
})
