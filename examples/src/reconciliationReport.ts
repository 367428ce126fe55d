/**
 * What a nightly sync has not yet brought: compares a range of days in `athena.appointments` with what athenahealth lists now,
 * and reports by id what is missing here, not listed there, or different: `node reconciliationReport.ts 195900 2019-06-01 2019-06-30`
 *
 * It reads and writes nothing else. An appointment that is not listed may have moved, been cancelled or been freed; the next
 * `athena-sync appointments` asks for it by its id and settles it.
 */
import { ListBookedAppointments } from "@athena-engine/athena-core/endpoints/appointments/ListBookedAppointments"
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import { Console, Effect, Schema, Stream } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { argument, runExample } from "./services.ts"

const practiceId = argument(PracticeId, 1, "a practice id", "195900")
const from = argument(LocalDate, 2, "a date as YYYY-MM-DD", "2019-06-01")
const to = argument(LocalDate, 3, "a date as YYYY-MM-DD", "2019-06-30")

/** The database has no table of appointments. Nothing was asked of athenahealth. */
class NothingSynced extends Schema.TaggedError<NothingSynced>()("NothingSynced", {}) {
  override get message() {
    return "nothing was synced into this database yet: run athena-sync appointments first, with the same DATABASE_URL"
  }
}

interface Stored {
  readonly id: string
  readonly state: string
}

const stored = Effect.gen(function* () {
  const sql = yield* SqlClient
  const [table] = yield* sql<{ readonly isThere: boolean }>`
    select to_regclass('athena.appointments') is not null as "isThere"`
  if (table?.isThere !== true) return yield* new NothingSynced()
  const rows = yield* sql<Stored>`
    select appointment_id as id, to_char(date, 'YYYY-MM-DD') || ' ' || to_char(start_time, 'HH24:MI') || ' ' || status as state
    from athena.appointments
    where practice_id = ${practiceId} and date between ${from}::date and ${to}::date and gone_at is null`
  return new Map(rows.map(({ id, state }) => [id, state]))
})

const listed = ListBookedAppointments.records({ practiceId, from, to }).pipe(
  Stream.map(({ appointmentId, date, startTime, status }): [string, string] => [
    appointmentId,
    `${date} ${startTime} ${status}`
  ]),
  Stream.runCollect,
  Effect.map((entries) => new Map(entries))
)

runExample(
  Effect.gen(function* () {
    const here = yield* stored
    const there = yield* listed
    const missing = [...there.keys()].filter((id) => !here.has(id))
    const notListed = [...here.keys()].filter((id) => !there.has(id))
    const different = [...there].filter(([id, state]) => here.has(id) && here.get(id) !== state)
    yield* Console.log(`practice ${practiceId}, ${from} to ${to}: ${there.size} listed, ${here.size} stored`)
    for (const id of missing) yield* Console.log(`missing here      ${id}`)
    for (const id of notListed) yield* Console.log(`not listed there  ${id}`)
    for (const [id, state] of different) yield* Console.log(`different         ${id}  ${here.get(id)} is ${state}`)
    if (missing.length + notListed.length + different.length === 0) yield* Console.log("nothing to reconcile")
  })
)
