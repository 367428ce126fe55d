/**
 * A small model test: random histories of a practice, with runs of random ranges in between. Whatever happened, one run
 * of the whole range ends with the table equal to the practice. A failing history is named by its seed.
 */
import type { Mutation } from "@athena-engine/simulator/mutations/Mutation"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { chance } from "@athena-engine/testing/random/Chance"
import { seeds } from "@athena-engine/testing/random/seeds"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { engine } from "../support/engine.ts"
import { appointments, practiceId, rowVersions, table, truth } from "../support/practice.ts"

const range = { from: "2019-06-03", to: "2019-06-14" }
const rounds = 3
const changesPerRound = 40

const history = Effect.fnUntraced(function* (seed: number) {
  const { below, pick } = chance(seed)
  // A third of the days lie outside of the range.
  const someDay = () => `2019-06-${String(3 + below(18)).padStart(2, "0")}`
  const simulator = yield* Simulator

  const change = Effect.gen(function* () {
    const { appointments: all } = yield* simulator.snapshot(practiceId)
    // A few rows again and again, so that histories of one row get long.
    const { appointmentId } = all[below(40) * Math.floor(all.length / 40)] ?? pick(all)
    const place = { date: someDay(), startTime: `${String(8 + below(9)).padStart(2, "0")}:${10 + below(40)}` }
    const departmentId = pick(["1", "21", "172", "199"])
    const patientId = String(30_001 + below(200))
    const mutation = pick<Mutation>([
      { kind: "book", practiceId, patientId, departmentId, ...place },
      { kind: "book", practiceId, patientId, appointmentId },
      { kind: "openSlot", practiceId, ...place },
      { kind: "move", practiceId, appointmentId, departmentId, ...place },
      { kind: "move", practiceId, appointmentId, date: place.date },
      { kind: "cancel", practiceId, appointmentId },
      { kind: "reschedule", practiceId, appointmentId, ...place },
      { kind: "free", practiceId, appointmentId },
      { kind: "delete", practiceId, appointmentId },
      { kind: "checkIn", practiceId, appointmentId },
      { kind: "addNote", practiceId, appointmentId, text: "Comes by bus" },
      { kind: "touch", practiceId, appointmentId }
    ])
    yield* Effect.ignore(simulator.mutate(mutation))
  })

  for (let round = 0; round < rounds; round++) {
    const from = 3 + below(10)
    const day = (n: number) => `2019-06-${String(n).padStart(2, "0")}`
    yield* appointments(round === 0 ? range : { from: day(from), to: day(from + below(15 - from)) })
    yield* Effect.repeat(change, { times: changesPerRound - 1 })
  }
  const result = yield* appointments(range)
  assert.deepInclude(result, { status: "complete", drifted: 0 })
  assert.deepStrictEqual(yield* table(range), yield* truth(range))

  // Nothing that is gone is in the practice, and every reschedule within the range is linked both ways.
  const { appointments: all } = yield* simulator.snapshot(practiceId)
  const booked = new Set(all.filter(({ status }) => status !== "o").map((row) => row.appointmentId))
  const sql = yield* SqlClient
  const gone = yield* sql<{ readonly id: string }>`
    select appointment_id as id from athena.appointments where gone_at is not null and date between ${range.from} and ${range.to}`
  assert.deepStrictEqual(
    gone.filter(({ id }) => booked.has(id)),
    []
  )
  const unlinked = yield* sql`
    select old.appointment_id from athena.appointments old
    join athena.appointments successor
      on successor.practice_id = old.practice_id and successor.appointment_id = old.rescheduled_to
    where successor.rescheduled_from is distinct from old.appointment_id`
  assert.deepStrictEqual(unlinked, [])

  const before = yield* rowVersions
  yield* appointments(range)
  assert.deepStrictEqual(yield* rowVersions, before)
})

describe("after any history, one run ends with the table equal to the practice", () => {
  for (const seed of seeds({ short: 3, long: 30 })) {
    it.live(`TEST_SEED=${seed}`, () =>
      history(seed).pipe(Effect.provide(engine({ simulator: { maxRows: seed % 2 === 0 ? 7 : 5000 } })))
    )
  }
})
