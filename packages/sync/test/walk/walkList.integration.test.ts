import { ListBookedAppointmentsOfDepartments } from "@athena-engine/athena-core/endpoints/appointments/ListBookedAppointmentsOfDepartments"
import { DepartmentId } from "@athena-engine/athena-core/ids/DepartmentId"
import { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import type { Fault, FaultMatch, FaultTiming } from "@athena-engine/simulator/faults/FaultPlan"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { engine } from "../support/engine.ts"
import { appointments, assertExact, bookedOn, practiceId, requestsOf, table, truth } from "../support/practice.ts"

const monday = "2019-06-03"
const day = { from: monday, to: monday }
/** A day has about 25 rows: six pages, each beginning with the last row of the one before. */
const smallPages = engine({ simulator: { maxRows: 5 } })

const list = { route: "bookedMultipleDepartment" } as const

const misbehave = (fault: Fault, when: typeof FaultTiming.Type = {}, match: Partial<typeof FaultMatch.Type> = {}) =>
  Simulator.use((simulator) => simulator.setFaults({ rules: [{ match: { ...list, ...match }, when, fault }] }))

const wellAgain = Simulator.use((simulator) => simulator.setFaults({ rules: [] }))

/** Three walks and the second look, each with a page too many at most. */
const mostRequests = 4 * 12

describe("a list that changes while it is read", () => {
  for (const [what, churn] of [
    ["rows appear", { appear: 1 }],
    ["rows leave for other days", { move: 1 }],
    ["rows are cancelled", { vanish: 1 }],
    ["as many rows appear as leave", { appear: 1, move: 1 }],
    ["everything at once", { appear: 2, move: 1, vanish: 1 }]
  ] as const) {
    it.live(`holds everything that was there throughout: ${what}`, () =>
      Effect.gen(function* () {
        const before = new Set((yield* bookedOn(monday)).map(({ appointmentId }) => appointmentId))
        yield* misbehave({ kind: "churn", ...churn })
        const result = yield* appointments(day)
        yield* wellAgain
        const after = new Map((yield* truth(day)).map((row) => [row.appointmentId, row]))
        const stored = new Set((yield* table(day)).map(({ appointmentId }) => appointmentId))
        const lost = [...before].filter((id) => after.has(id) && !stored.has(id))
        assert.deepStrictEqual(lost, [])
        assert.strictEqual(result.status, "complete")
        assert.isAtMost(yield* requestsOf("bookedMultipleDepartment"), mostRequests)
        // The next run of the quiet list is exact.
        yield* appointments(day)
        yield* assertExact(day)
      }).pipe(Effect.provide(smallPages))
    )
  }

  it.live("is walked again when a row left and another came, so that the total never told", () =>
    Effect.gen(function* () {
      const departmentIds = ["1", "21", "62", "150", "172", "199"].map((id) => DepartmentId.make(id))
      const date = LocalDate.make(monday)
      const first = yield* ListBookedAppointmentsOfDepartments.page(
        { practiceId, from: date, to: date, departmentIds },
        0
      )
      const [leaving] = first.records
      yield* misbehave(
        {
          kind: "changeWorld",
          mutations: [
            // Read already: the rows behind it move up, and the next page begins one row too late.
            { kind: "move", practiceId, appointmentId: leaving?.appointmentId ?? "", date: "2019-06-20" },
            // Takes the place at the end.
            { kind: "book", practiceId, patientId: "30001", date: monday, startTime: "23:50" }
          ]
        },
        { nth: [2] }
      )
      assert.deepInclude(yield* appointments(day), { status: "complete", drifted: 0 })
      yield* wellAgain
      yield* assertExact(day)
    }).pipe(Effect.provide(smallPages))
  )

  it.live("is walked again when it moved once, and has not drifted when it then stood still", () =>
    Effect.gen(function* () {
      yield* misbehave({ kind: "churn", appear: 2 }, { nth: [3] })
      assert.deepInclude(yield* appointments(day), { status: "complete", drifted: 0 })
      yield* wellAgain
      yield* assertExact(day)
    }).pipe(Effect.provide(smallPages))
  )

  it.live("has drifted when no walk found it standing still", () =>
    Effect.gen(function* () {
      yield* misbehave({ kind: "churn", appear: 1 })
      assert.deepInclude(yield* appointments(day), { status: "complete", drifted: 1 })
    }).pipe(Effect.provide(smallPages))
  )
})

describe("a list whose pages cannot be trusted", () => {
  const pagesOfDay = Effect.map(truth(day), (rows) => Math.ceil((rows.length - 1) / 4))

  /** The list is read whole in spite of the fault; answers how many windows drifted and how many pages were asked. */
  const readWith = Effect.fnUntraced(function* (
    fault: Fault,
    when?: typeof FaultTiming.Type,
    match?: Partial<typeof FaultMatch.Type>
  ) {
    yield* misbehave(fault, when, match)
    const result = yield* appointments(day)
    const pages = yield* requestsOf("bookedMultipleDepartment")
    yield* wellAgain
    assert.strictEqual(result.status, "complete")
    yield* assertExact(day)
    assert.isAtMost(pages, mostRequests)
    return { drifted: result.drifted, pages }
  })

  for (const as of ["missing", "text"] as const) {
    it.live(`is exact when its total is ${as}`, () =>
      Effect.gen(function* () {
        const { drifted, pages } = yield* readWith({ kind: "totalCount", as })
        assert.strictEqual(drifted, 0)
        // One page for the second look; without a total the first page is asked for twice.
        assert.strictEqual(pages, (yield* pagesOfDay) + (as === "missing" ? 2 : 1))
      }).pipe(Effect.provide(smallPages))
    )
  }

  it.live("is exact when its total is another one on every page, and says that it drifted", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* readWith({ kind: "totalCount", as: "changing" })).drifted, 1)
    }).pipe(Effect.provide(smallPages))
  )

  it.live("is exact and ends when `next` does not advance", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* readWith({ kind: "stuckNext" })).drifted, 0)
    }).pipe(Effect.provide(smallPages))
  )

  it.live("is exact and ends when `next` does not advance and there is no total", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      yield* simulator.setFaults({
        rules: [
          { match: list, fault: { kind: "stuckNext" } },
          { match: list, fault: { kind: "totalCount", as: "missing" } }
        ]
      })
      assert.strictEqual((yield* appointments(day)).status, "complete")
      assert.isAtMost(yield* requestsOf("bookedMultipleDepartment"), mostRequests)
      yield* assertExact(day)
    }).pipe(Effect.provide(smallPages))
  )

  it.live("is walked again when one page came empty with a `next`", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* readWith({ kind: "emptyPageWithNext" }, { nth: [3] })).drifted, 0)
    }).pipe(Effect.provide(smallPages))
  )

  it.live("ends when every page but the first comes empty with a `next`, and says that it drifted", () =>
    Effect.gen(function* () {
      yield* misbehave({ kind: "emptyPageWithNext" }, {}, { page: "later" })
      assert.deepInclude(yield* appointments(day), { status: "complete", drifted: 1 })
      assert.isAtMost(yield* requestsOf("bookedMultipleDepartment"), mostRequests)
    }).pipe(Effect.provide(smallPages))
  )

  it.live("collapses rows that come twice on the last page", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* readWith({ kind: "repeatRows", rows: 3 })).drifted, 0)
    }).pipe(Effect.provide(engine()))
  )

  it.live("is read in one page by most practices", () =>
    Effect.gen(function* () {
      yield* appointments(day)
      assert.strictEqual(yield* requestsOf("bookedMultipleDepartment"), 1)
    }).pipe(Effect.provide(engine()))
  )
})
