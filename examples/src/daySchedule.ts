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
import { runExample } from "./services.ts"

const [practice = "195900", day = "2019-06-03"] = process.argv.slice(2)
const practiceId = PracticeId.make(practice)
const date = LocalDate.make(day)

const schedule = ListBookedAppointments.records({ practiceId, from: date, to: date }).pipe(
  Stream.map(({ appointmentId, departmentId, durationMinutes, patientId, providerId, startTime, status }) =>
    JSON.stringify({ appointmentId, date, startTime, durationMinutes, status, departmentId, providerId, patientId })
  ),
  Stream.runForEach(Console.log)
)

runExample(schedule)
