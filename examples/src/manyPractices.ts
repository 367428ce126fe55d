/**
 * Counts a day's appointments of every practice in `ATHENA_PRACTICES`, each asked as the app that it gave its consent to:
 * `node manyPractices.ts 2019-06-03`
 *
 * `ATHENA_CREDENTIALS_FILE` names the practices with an app of their own; the others go by the environment's variables. Each
 * app has its own tokens and its own ceiling, and one practice's failure is that practice's alone.
 */
import { readAll } from "@athena-engine/athena-core/configuration/variables"
import { ListBookedAppointments } from "@athena-engine/athena-core/endpoints/appointments/ListBookedAppointments"
import { athenaVariables } from "@athena-engine/athena-core/environment/AthenaSettings"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import { Console, Effect, Stream } from "effect"
import { argument, runExample } from "./services.ts"

const date = argument(LocalDate, 1, "a date as YYYY-MM-DD", "2019-06-03")

const countOf = (practiceId: PracticeId) =>
  Stream.runCount(ListBookedAppointments.records({ practiceId, from: date, to: date })).pipe(
    Effect.map((count) => `${practiceId}  ${count} appointments on ${date}`),
    Effect.catchTag("AthenaError", (error) => Effect.succeed(`${practiceId}  ${error.message}`))
  )

runExample(
  Effect.gen(function* () {
    const { practices } = yield* readAll({ practices: athenaVariables.practices })
    const lines = yield* Effect.forEach(practices, countOf, { concurrency: "unbounded" })
    yield* Effect.forEach(lines, (line) => Console.log(line), { discard: true })
  })
)
