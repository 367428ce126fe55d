/**
 * Free slots of a department, through a cache, as a page that many people look at needs them: `node freeSlots.ts 195900 1`
 *
 * No patient is behind an open slot, so it may be kept in clear; `cachedReference` takes nothing else. A slot may be booked
 * by somebody else a second later: `BookAppointment` says so (`Conflict`), and `forget` reads anew.
 */
import { cachedReference } from "@athena-engine/athena-core/cache/cachedReference"
import { ListOpenSlots } from "@athena-engine/athena-core/endpoints/appointments/ListOpenSlots"
import { DepartmentId } from "@athena-engine/athena-core/ids/DepartmentId"
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import { Console, Effect } from "effect"
import { argument, runExample } from "./services.ts"

const day = argument(LocalDate, 3, "a date as YYYY-MM-DD", "2019-06-03")

const question = {
  practiceId: argument(PracticeId, 1, "a practice id", "195900"),
  departmentIds: [argument(DepartmentId, 2, "a department id", "1")] as const,
  for: { anyReason: true } as const,
  from: day,
  to: day,
  bypassScheduleTimeChecks: true
}

runExample(
  Effect.gen(function* () {
    const slots = yield* cachedReference(ListOpenSlots, { timeToLive: "1 minute" })
    // A hundred visitors, one request.
    const answers = yield* Effect.replicateEffect(slots.records(question), 100, { concurrency: "unbounded" })
    for (const { appointmentId, durationMinutes, startTime } of answers[0] ?? []) {
      yield* Console.log(`${day} ${startTime}  ${durationMinutes ?? "?"} min  slot ${appointmentId}`)
    }
  })
)
