import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import type { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import { rideOut } from "@athena-engine/database/outages/rideOut"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { isBackfill, planWindows, scopeOf } from "../appointments/Window.ts"
import { finishedWindows } from "../runs/finishedWindows.ts"
import type { Plan } from "./Plan.ts"

/** Rows that a page holds when there are so many. */
const rowsAPage = 1000

/** A day of several pages is closed with a second look. */
const callsFor = (rows: number): number => (rows <= rowsAPage ? 1 : Math.ceil(rows / rowsAPage) + 1)

/** What `syncAppointments` would do; days that nobody has read count as one page. */
export const planAppointments = Effect.fnUntraced(function* (practiceId: PracticeId, from: LocalDate, to: LocalDate) {
  const sql = yield* SqlClient
  const windows = planWindows(from, to)
  const done = yield* finishedWindows({ practiceId, resource: "appointments", scope: scopeOf(from, to) }).pipe(
    rideOut("plan.finished")
  )
  const days = yield* sql<{ readonly date: string; readonly rows: number }>`
    select date::text as date, count(*)::int as rows from athena.appointments
    where practice_id = ${practiceId} and date between ${from}::date and ${to}::date and gone_at is null
    group by date`.pipe(rideOut("plan.days"))
  const rowsOn = new Map(days.map(({ date, rows }) => [date, rows]))
  const open = windows.filter(({ key }) => !done.has(key))
  // The departments come first, in one page.
  const calls = open.reduce((sum, { date }) => sum + callsFor(rowsOn.get(date) ?? 0), 1)
  return {
    practiceId,
    resource: "appointments",
    windows: windows.length,
    finished: windows.length - open.length,
    calls,
    isBackfill: isBackfill(windows)
  } satisfies Plan
})
