import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { assert, describe, it } from "@effect/vitest"
import { progressLine } from "../../src/output/progress.ts"
import { table } from "../../src/output/table.ts"

describe("table", () => {
  it("is as wide as its widest cells, numbers to the right", () => {
    assert.strictEqual(
      table(
        ["name", "rows"],
        [
          ["a", 1],
          ["longer", 12_345]
        ]
      ),
      ["name      rows", "a            1", "longer  12,345"].join("\n")
    )
  })

  it("shows its headings when there are no rows", () => {
    assert.strictEqual(table(["a", "b"], []), "a  b")
  })
})

describe("progressLine", () => {
  const report = (practiceId: string, windowsDone: number, fetched: number) => ({
    practiceId: PracticeId.make(practiceId),
    resource: "appointments" as const,
    windowsDone,
    windows: 30,
    fetched
  })

  it("adds up the practices and tells rows, rate and time left", () => {
    assert.strictEqual(
      progressLine([report("195900", 10, 1000), report("195901", 20, 500)], 10_000),
      "appointments ████████████░░░░░░░░░░░░ 30/60  1,500 rows  150/s  ~10 s left"
    )
  })

  it("tells no time left before the first window and after the last", () => {
    assert.notInclude(progressLine([report("195900", 0, 0)], 0), "left")
    assert.notInclude(progressLine([report("195900", 30, 9)], 9000), "left")
  })
})
