import type { Mutation } from "@athena-engine/simulator/mutations/Mutation"
import type { Simulator } from "@athena-engine/simulator/Simulator"
import { Effect } from "effect"

/** What happens to one appointment after the other. */
const turns = ["book", "touch", "move", "cancel", "checkIn"] as const

/**
 * A practice's front desk. A patient is booked, another appointment is
 * touched, one is moved, one cancelled, somebody comes in.
 */
export const dailyLife = Effect.fnUntraced(function* (simulator: typeof Simulator.Service, practiceId: string) {
  const { appointments } = yield* simulator.snapshot(practiceId)
  const booked = appointments.filter(({ patientId, status }) => patientId !== null && status === "f")
  let turn = 0
  const next = Effect.suspend(() => {
    const { appointmentId = "", date = "", patientId = "" } = booked[turn % booked.length] ?? {}
    const mutations: Readonly<Record<(typeof turns)[number], Mutation>> = {
      book: { kind: "book", practiceId, patientId: patientId ?? "", date },
      touch: { kind: "touch", practiceId, appointmentId },
      move: { kind: "move", practiceId, appointmentId, startTime: "14:30" },
      cancel: { kind: "cancel", practiceId, appointmentId },
      checkIn: { kind: "checkIn", practiceId, appointmentId }
    }
    const kind = turns[turn++ % turns.length] ?? "touch"
    // What the front desk may not do is nothing to us.
    return Effect.ignore(simulator.mutate(mutations[kind]))
  })
  return { next }
})
