/**
 * Exports one day's schedule as NDJSON, an appointment a line, by ids alone: `node daySchedule.ts 195900 2019-06-03`
 *
 * Every page that is read stands in the audit trail before its lines are printed. Whoever is given the lines is given
 * protected health information: ids and dates of care identify together with other data.
 */
import { ListBookedAppointments } from "@athena-engine/athena-core/endpoints/appointments/ListBookedAppointments"
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import { Console, Stream } from "effect"
import { argument, runExample } from "./services.ts"

const practiceId = argument(PracticeId, 1, "a practice id", "195900")
const date = argument(LocalDate, 2, "a date as YYYY-MM-DD", "2019-06-03")

const schedule = ListBookedAppointments.records({ practiceId, from: date, to: date }).pipe(
  Stream.map(({ appointmentId, departmentId, durationMinutes, patientId, providerId, startTime, status }) =>
    JSON.stringify({ appointmentId, date, startTime, durationMinutes, status, departmentId, providerId, patientId })
  ),
  Stream.runForEach(Console.log)
)

runExample(schedule)
