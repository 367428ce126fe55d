/** What may happen to practice 195900: the vocabulary of random histories. */
import type { Mutation } from "@athena-engine/simulator/mutations/Mutation"
import { Simulator } from "@athena-engine/simulator/Simulator"
import type { Chance } from "@athena-engine/testing/random/Chance"
import { Effect } from "effect"
import { practiceId } from "./practice.ts"

const departmentIds = ["1", "21", "172", "199"]
/** Few, so that what happens to one patient adds up. */
const patients = 60

export const june = (day: number) => `2019-06-${String(day).padStart(2, "0")}`

/** Something that happens to `appointmentId`, or to a new one; wherever it goes, it goes to one of `days`. */
export const anyOfAppointments = (chance: Chance, appointmentId: string, days: ReadonlyArray<string>): Mutation => {
  const { below, pick } = chance
  const place = { date: pick(days), startTime: `${String(8 + below(9)).padStart(2, "0")}:${10 + below(40)}` }
  const departmentId = pick(departmentIds)
  const patientId = String(30_001 + below(patients))
  return pick<Mutation>([
    { kind: "book", practiceId, patientId, departmentId, ...place },
    { kind: "book", practiceId, patientId, appointmentId },
    { kind: "openSlot", practiceId, ...place },
    { kind: "move", practiceId, appointmentId, departmentId, ...place },
    { kind: "move", practiceId, appointmentId, date: place.date },
    { kind: "move", practiceId, appointmentId, startTime: place.startTime },
    { kind: "cancel", practiceId, appointmentId },
    { kind: "reschedule", practiceId, appointmentId, ...place },
    { kind: "free", practiceId, appointmentId },
    { kind: "delete", practiceId, appointmentId },
    { kind: "checkIn", practiceId, appointmentId },
    { kind: "checkOut", practiceId, appointmentId },
    { kind: "addNote", practiceId, appointmentId, text: "Comes by bus" },
    { kind: "touch", practiceId, appointmentId }
  ])
}

/** Something that happens to a patient. */
export const anyOfPatients = ({ below, pick }: Chance): Mutation => {
  const patientId = String(30_001 + below(patients))
  return pick<Mutation>([
    {
      kind: "updatePatient",
      practiceId,
      patientId,
      fields: { email: `${below(1000)}@example.test`, mobilePhone: null }
    },
    { kind: "updatePatient", practiceId, patientId, fields: { status: "inactive" } },
    { kind: "addPatient", practiceId, fields: { lastName: "Latecomer" } },
    { kind: "deletePatient", practiceId, patientId },
    { kind: "mergePatients", practiceId, patientId, intoPatientId: String(30_001 + below(patients)) }
  ])
}

/** One thing more happens; an appointment or a patient that is in no state for it is left alone. */
export const somethingHappens = Effect.fnUntraced(function* (chance: Chance, days: ReadonlyArray<string>) {
  const simulator = yield* Simulator
  const { appointments: all } = yield* simulator.snapshot(practiceId)
  // A few rows again and again, so that histories of one row get long.
  const some = all[chance.below(40) * Math.floor(all.length / 40)] ?? chance.pick(all)
  const mutation = chance.happens(0.15) ? anyOfPatients(chance) : anyOfAppointments(chance, some.appointmentId, days)
  yield* Effect.ignore(simulator.mutate(mutation))
  return mutation
})
