import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { arrayLiteral } from "../../rows/arrayLiteral.ts"
import type { Run } from "../../runs/Runs.ts"
import type { AppointmentRow } from "../AppointmentRow.ts"

/** Those of the rows that are not stored as they are. The database compares, and names them unless all are new. */
export const newsAmong = Effect.fnUntraced(function* (run: Run, rows: ReadonlyArray<AppointmentRow>) {
  const sql = yield* SqlClient
  const ids = arrayLiteral(rows.map(({ appointment }) => appointment.appointmentId))
  const hashes = arrayLiteral(rows.map(({ hash }) => hash))
  const [answer] = yield* sql<{ readonly ids: ReadonlyArray<string> | null }>`
    select case when count(*) < ${rows.length} then coalesce(array_agg(listed.id), '{}') end as ids
    from unnest(${ids}::text[], ${hashes}::text[]) as listed (id, hash)
    left join athena.appointments as stored
      on stored.practice_id = ${run.practiceId} and stored.appointment_id = listed.id and stored.gone_at is null
    where stored.content_hash is distinct from decode(listed.hash, 'hex')`
  if (answer === undefined || answer.ids === null) return rows
  const news = new Set(answer.ids)
  return rows.filter(({ appointment }) => news.has(appointment.appointmentId))
})
