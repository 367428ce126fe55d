import { type Appointment, appointmentKind } from "@athena-engine/athena-core/endpoints/appointments/Appointment"
import type { Page } from "@athena-engine/athena-core/endpoints/list"
import { ReceivedRecords } from "@athena-engine/athena-core/endpoints/ReceivedRecords"
import { DepartmentId } from "@athena-engine/athena-core/ids/DepartmentId"
import { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { planWindows } from "../../src/appointments/Window.ts"
import { Collected } from "../../src/walk/Collected.ts"
import { departmentChunks } from "../../src/walk/departmentChunks.ts"

const row = (appointmentid: string, more: Readonly<Record<string, unknown>> = {}) => ({
  appointmentid,
  appointmentstatus: "f",
  date: "06/03/2019",
  starttime: "09:00",
  departmentid: "1",
  ...more
})

const page = (...rows: ReadonlyArray<Readonly<Record<string, unknown>>>): Page<Appointment> => {
  const received = new ReceivedRecords(appointmentKind)
  for (const one of rows) received.add(one, JSON.stringify(one))
  const { records, misfits, count } = received
  return { offset: 0, records, misfits, received: count, totalCount: undefined, hasNext: false }
}

const collect = (...pages: ReadonlyArray<Page<Appointment>>) => {
  const collected = new Collected()
  for (const each of pages) collected.add(each)
  return collected
}

const statusOf = (collected: Collected, id: string) => collected.appointments.get(id)?.status

describe("Collected", () => {
  it("collapses rows of one id, over pages too", () => {
    assert.strictEqual(collect(page(row("1"), row("2"), row("1")), page(row("2"), row("3"))).size, 3)
  })

  it("keeps the version that was modified later, whichever was read first", () => {
    const older = page(row("1", { lastmodified: "06/01/2019 10:00:00" }))
    const newer = page(row("1", { lastmodified: "06/01/2019 10:00:01", appointmentstatus: "x" }))
    assert.strictEqual(statusOf(collect(older, newer), "1"), "x")
    assert.strictEqual(statusOf(collect(newer, older), "1"), "x")
  })

  it("keeps the version that was read later when the stamps do not tell", () => {
    const first = page(row("1", { lastmodified: "06/01/2019 10:00:00" }))
    const second = page(row("1", { lastmodified: "06/01/2019 10:00:00", appointmentstatus: "2" }))
    assert.strictEqual(statusOf(collect(first, second), "1"), "2")
    assert.strictEqual(statusOf(collect(first, page(row("1", { appointmentstatus: "3" }))), "1"), "3")
  })

  it("counts what does not fit, and forgets it once a version of the same id fits", () => {
    const bad = page(row("1", { date: "tomorrow" }), { note: "without an id" }, { note: "another" })
    assert.strictEqual(collect(bad).misfits.size, 3)
    for (const collected of [collect(bad, page(row("1"))), collect(page(row("1")), bad)]) {
      assert.strictEqual(collected.misfits.size, 2)
      assert.strictEqual(collected.size, 3)
    }
  })

  it("joins the lists of several departments", () => {
    const all = new Collected()
    all.addAll(collect(page(row("1"), row("2", { date: "?" }))))
    all.addAll(collect(page(row("2"), row("3"))))
    assert.deepStrictEqual([...all.appointments.keys()].sort(), ["1", "2", "3"])
    assert.strictEqual(all.misfits.size, 0)
  })
})

describe("departmentChunks", () => {
  it("asks for the departments of an ordinary practice at once, and for none not at all", () => {
    const two = [DepartmentId.make("1"), DepartmentId.make("21")]
    assert.deepStrictEqual(departmentChunks(two), [two])
    assert.deepStrictEqual(departmentChunks([]), [])
  })

  it.prop(
    "keeps every department in its order, and no list longer than a URL can hold",
    [Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 99_999 }))).check(Schema.isMaxLength(2000))],
    ([numbers]) => {
      const ids = [...numbers, ...Array.from({ length: 700 }, (_, n) => 10_000 + n)].map((n) =>
        DepartmentId.make(`${n}`)
      )
      const chunks = departmentChunks(ids)
      assert.deepStrictEqual(chunks.flat(), ids)
      for (const chunk of chunks) {
        assert.isAbove(chunk.length, 0)
        assert.isAtMost(chunk.join(",").length, 2000)
      }
    }
  )
})

describe("planWindows", () => {
  const plan = (from: string, to: string) =>
    planWindows(LocalDate.make(from), LocalDate.make(to)).map(({ key, date }) => {
      assert.strictEqual(key, date)
      return date
    })

  it("is one window a day, both ends included, over the ends of months and leap years", () => {
    assert.deepStrictEqual(plan("2019-06-01", "2019-06-01"), ["2019-06-01"])
    assert.deepStrictEqual(plan("2020-02-28", "2020-03-01"), ["2020-02-28", "2020-02-29", "2020-03-01"])
    assert.strictEqual(plan("2019-01-01", "2019-12-31").length, 365)
  })

  it("skips and repeats no day where clocks change", () => {
    assert.deepStrictEqual(plan("2019-11-02", "2019-11-04"), ["2019-11-02", "2019-11-03", "2019-11-04"])
  })

  it("is empty when the end is before the beginning", () => {
    assert.deepStrictEqual(plan("2019-06-02", "2019-06-01"), [])
  })
})
