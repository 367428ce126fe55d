/** Faults that change the world under a reader: what happens in the practice before a page is read. */
import type { Mutation } from "../mutations/Mutation.ts"
import type { Query } from "../routes/Query.ts"
import type { Appointment } from "../world/Appointment.ts"
import { clockTime, isoDate, parseUsDate } from "../world/calendar.ts"
import type { PracticeWorld } from "../world/PracticeWorld.ts"
import { draw } from "../world/random.ts"
import type { Fault } from "./FaultPlan.ts"

/** `salt` makes each request's choice another one. */
export const worldFaults = (
  practice: PracticeWorld,
  faults: ReadonlyArray<Fault>,
  query: Query,
  salt: number
): ReadonlyArray<Mutation> =>
  faults.flatMap((fault) => {
    if (fault.kind === "changeWorld") return fault.mutations
    return fault.kind === "churn" ? churn(practice, fault, query, salt) : []
  })

const churn = (
  practice: PracticeWorld,
  fault: Extract<Fault, { kind: "churn" }>,
  query: Query,
  salt: number
): ReadonlyArray<Mutation> => {
  const from = parseUsDate(query.text("startdate") ?? "")
  const to = parseUsDate(query.text("enddate") ?? "")
  if (from === undefined || to === undefined) return []
  const { appear = 0, move = 0, vanish = 0 } = fault
  const chosen = practice.appointments
    .between(from, to)
    .filter((row) => row.status === "f" || row.status === "4")
    .map((row) => [draw(salt, row.id), row] as const)
    .sort(([a], [b]) => a - b)
    .map(([, row]) => row)
  const practiceId = practice.id
  return [
    ...chosen.slice(0, vanish).map((row): Mutation => ({ kind: "cancel", practiceId, appointmentId: String(row.id) })),
    ...chosen.slice(vanish, vanish + move).map((row) => moved(practiceId, row, from, to)),
    ...chosen.slice(0, appear).map((row) => copied(practiceId, row))
  ]
}

// Within the window where it has another day, so that a reader may see the row twice or not at all.
const moved = (practiceId: string, row: Appointment, from: number, to: number): Mutation => ({
  kind: "move",
  practiceId,
  appointmentId: String(row.id),
  date: isoDate(row.day < to ? row.day + 1 : row.day > from ? row.day - 1 : row.day + 1),
  startTime: clockTime((row.minutes + 437) % 1440)
})

const copied = (practiceId: string, row: Appointment): Mutation => ({
  kind: "book",
  practiceId,
  patientId: String(row.patientId),
  date: isoDate(row.day),
  startTime: clockTime((row.minutes + 211) % 1440),
  departmentId: row.departmentId,
  providerId: row.providerId
})
