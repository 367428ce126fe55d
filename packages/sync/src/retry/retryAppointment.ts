import { Ping } from "@athena-engine/athena-core/endpoints/practice/Ping"
import { AppointmentId } from "@athena-engine/athena-core/ids/AppointmentId"
import { rideOut } from "@athena-engine/database/outages/rideOut"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { type Reading, readAppointment } from "../appointments/readAppointment.ts"
import { linkReschedules } from "../appointments/sql/linkReschedules.ts"
import { markGone } from "../appointments/sql/markGone.ts"
import { storeRead } from "../appointments/sql/storeRead.ts"
import { release, setAside } from "../quarantine/quarantine.ts"
import { RecordsUnanswered } from "../runs/RunRefusals.ts"
import type { Run } from "../runs/Runs.ts"
import { noRows, type RowCounts } from "../runs/SyncResult.ts"

/** Some appointments that must be there: those that were read last. Asked once a run, since it looks at all of a practice's. */
export const recentAppointments = Effect.fnUntraced(function* ({ practiceId }: Run) {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly id: string }>`
    select appointment_id as id from athena.appointments as appointment
    where practice_id = ${practiceId} and gone_at is null and not exists (
      select from athena.quarantine as aside
      where aside.practice_id = ${practiceId} and aside.resource = 'appointments'
        and aside.record_key = appointment.appointment_id
    )
    order by read_at desc limit 3`.pipe(rideOut("retry.control"))
  return rows.map(({ id }) => AppointmentId.make(id))
})

/**
 * Reads an appointment of the quarantine by its id. "Not found" counts only when it is said twice, and one of `controls` is
 * found in the same way.
 */
export const readAside = Effect.fnUntraced(function* <E, R>(
  { practiceId }: Run,
  id: AppointmentId,
  controls: Effect.Effect<ReadonlyArray<AppointmentId>, E, R>
) {
  const first = yield* readAppointment(practiceId, id)
  if (first._tag !== "NotFound") return first
  yield* Ping.check(practiceId)
  const second = yield* readAppointment(practiceId, id)
  if (second._tag !== "NotFound") return second
  const others = yield* controls
  for (const control of others) {
    if ((yield* readAppointment(practiceId, control))._tag !== "NotFound") return second
  }
  return others.length === 0 ? second : yield* new RecordsUnanswered({ practiceId, resource: "appointments" })
})

/** In a transaction: stores what the reading says, rows first and then the quarantine; answers what that did. */
export const storeAside = Effect.fnUntraced(function* (run: Run, id: AppointmentId, reading: Reading, readAt: string) {
  const sql = yield* SqlClient
  const aside = { ...run, resource: "appointments" } as const
  switch (reading._tag) {
    case "DoesNotFit":
      yield* setAside(aside, [reading.misfit])
      return { ...noRows, fetched: 1, quarantined: 1 } satisfies RowCounts
    case "NotFound": {
      const isMarked = yield* markGone(run, id, readAt)
      yield* release(aside, [id])
      return { ...noRows, gone: isMarked ? 1 : 0 } satisfies RowCounts
    }
    case "Found": {
      const known = yield* sql`
        select from athena.appointments where practice_id = ${run.practiceId} and appointment_id = ${id}`
      const isWritten = yield* storeRead(run, reading.appointment, readAt)
      if (isWritten) yield* linkReschedules(run, [reading.appointment])
      yield* release(aside, [id])
      const change = isWritten ? (known.length === 0 ? "inserted" : "updated") : "unchanged"
      return { ...noRows, fetched: 1, [change]: 1 } satisfies RowCounts
    }
  }
})
