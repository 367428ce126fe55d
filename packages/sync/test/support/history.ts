/** What may happen to practice 195900: the vocabulary of random histories. */
import type { Mutation } from "@athena-engine/simulator/mutations/Mutation"
import { Simulator } from "@athena-engine/simulator/Simulator"
import type { Chance } from "@athena-engine/testing/random/Chance"
import { Effect, Option } from "effect"
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

/** Something that happens to a provider. */
export const anyOfProviders = ({ below, pick }: Chance): Mutation => {
  const providerId = pick(["27", "71", "86", "126", "265"])
  return pick<Mutation>([
    { kind: "addProvider", practiceId, fields: { firstName: "New", lastName: `Colleague ${below(1000)}` } },
    { kind: "updateProvider", practiceId, providerId, fields: { lastName: `Renamed ${below(1000)}` } },
    { kind: "deleteProvider", practiceId, providerId },
    { kind: "undeleteProvider", practiceId, providerId }
  ])
}

/** A history as it goes on: what happens next follows from the dice, wherever it goes it goes to one of `days`. */
export class History {
  readonly #dice: Chance
  readonly #days: ReadonlyArray<string>
  readonly #predecessors = new Map<string, string>()
  #ids: Array<string> = []
  #there: ReadonlySet<string> = new Set()
  readonly #away = new Set<string>()

  constructor(dice: Chance, days: ReadonlyArray<string>) {
    this.#dice = dice
    this.#days = days
  }

  /** One thing more happens; an appointment or a patient that is in no state for it is left alone. */
  readonly something: Effect.Effect<void, never, Simulator> = Effect.suspend(() => this.#something())

  /** To be called first: from here on it is remembered who was there throughout. */
  readonly beginRound = Effect.suspend(() => this.#beginRound())

  /** Whether the appointment had a patient at the beginning of the round, and always since. */
  wasThereThroughout(id: string): boolean {
    return this.#there.has(id) && !this.#away.has(id)
  }

  /** Which appointment this one took the place of: in this history, or before it. */
  readonly predecessorOf = (id: string) =>
    Effect.map(snapshot, ({ appointments }) => {
      const known = appointments.find(({ rescheduledAppointmentId }) => rescheduledAppointmentId === id)
      return this.#predecessors.get(id) ?? known?.appointmentId
    })

  #something = Effect.fnUntraced(function* (this: History) {
    const simulator = yield* Simulator
    const appointmentId = this.#dice.pick(this.#ids)
    const mutation = this.#dice.happens(0.15)
      ? anyOfPatients(this.#dice)
      : anyOfAppointments(this.#dice, appointmentId, this.#days)
    const result = yield* Effect.option(simulator.mutate(mutation))
    if (Option.isNone(result)) return
    if (mutation.kind === "free" || mutation.kind === "delete") this.#away.add(appointmentId)
    const made = result.value.appointmentId
    if (made === undefined) return
    this.#ids.push(made)
    if (mutation.kind === "reschedule") this.#predecessors.set(made, appointmentId)
  })

  #beginRound = Effect.fnUntraced(function* (this: History) {
    const { appointments } = yield* snapshot
    this.#there = new Set(appointments.filter(({ status }) => status !== "o").map(({ appointmentId }) => appointmentId))
    this.#away.clear()
    // A few rows again and again, so that histories of one row get long; and those that it made.
    if (this.#ids.length === 0) {
      const every = Math.floor(appointments.length / 40)
      this.#ids = appointments.flatMap(({ appointmentId }, n) => (n % every === 0 ? [appointmentId] : []))
    }
  })
}

const snapshot = Effect.orDie(Simulator.use((simulator) => simulator.snapshot(practiceId)))
