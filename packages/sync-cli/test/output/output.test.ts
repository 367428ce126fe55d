import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { chance } from "@athena-engine/testing/random/Chance"
import { seeds } from "@athena-engine/testing/random/seeds"
import { assert, describe, it } from "@effect/vitest"
import { fittedHelp } from "../../src/output/help.ts"
import { type PracticeProgress, progressLines } from "../../src/output/progressLines.ts"
import { table } from "../../src/output/table.ts"
import { wrapped } from "../../src/output/wrapped.ts"

const widest = (text: string) => Math.max(...text.split("\n").map((line) => [...line].length))

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

  it("counts no colour as width", () => {
    assert.strictEqual(
      table(["a", "b"], [["\u001b[32mok\u001b[39m", "x"]]),
      ["a   b", "\u001b[32mok\u001b[39m  x"].join("\n")
    )
  })

  it("breaks long text where words end, and leaves numbers whole", () => {
    assert.strictEqual(
      table(["practice", "what", "rows"], [["195900", "a text that is too long", 1_234_567]], 32),
      ["practice  what              rows", "195900    a text that  1,234,567", "          is too long"].join("\n")
    )
  })

  it("is read row by row where not even that fits", () => {
    assert.strictEqual(
      table(["practice", "fetched", "new"], [["195900", 1_234_567, 9]], 20),
      ["practice    195900", "  fetched   1,234,567", "  new       9"].join("\n")
    )
  })

  it.for([...seeds({ short: 50, long: 5000 })])(
    "is never wider than the terminal, and loses no character (TEST_SEED=%i)",
    (seed) => {
      const { below, pick } = chance(seed)
      const columns = 1 + below(8)
      const text = () =>
        Array.from({ length: below(40) }, () => pick([..."abcdefgh  -._/"]))
          .join("")
          .trim()
      const kinds = Array.from({ length: columns }, () => below(2) === 0)
      const headings = kinds.map((_, n) => `h${n}`)
      const rows = Array.from({ length: 1 + below(5) }, () =>
        kinds.map((isNumber) => (isNumber ? below(10_000_000) : text()))
      )
      const width = pick([80, 140])
      const shown = table(headings, rows, width)
      assert.isAtMost(widest(shown), width)
      // Row by row, the headings are repeated.
      if (shown.startsWith("h0   ") && columns > 1 && shown.includes("\n  h1")) return
      const characters = (all: string) => [...all.replaceAll(/[\s,]/g, "")].toSorted().join("")
      assert.strictEqual(characters(shown), characters([...headings, ...rows.flat()].join("")))
    }
  )
})

describe("wrapped text", () => {
  it("hangs below its beginning, and leaves a long word whole", () => {
    assert.strictEqual(
      wrapped("one two three https://example.org/a/long/one", 12, "- ", "  "),
      ["- one two", "  three", "  https://example.org/a/long/one"].join("\n")
    )
  })
})

describe("help", () => {
  it("stands below where its text begins, and its commands can be typed as they are shown", () => {
    const help = [
      "FLAGS",
      "  --practice ID    Practice id; repeat it for several",
      "EXAMPLES",
      "  athena-sync all --practice 195900 --json"
    ].join("\n")
    assert.strictEqual(
      fittedHelp(help, 36),
      [
        "FLAGS",
        "  --practice ID    Practice id;",
        "                   repeat it for",
        "                   several",
        "EXAMPLES",
        "  athena-sync all --practice \\",
        "      195900 --json"
      ].join("\n")
    )
  })
})

describe("progress", () => {
  const practice = (practiceId: number, windowsDone: number, rows: number, isDone = false): PracticeProgress => ({
    report: {
      practiceId: PracticeId.make(String(practiceId)),
      resource: "appointments",
      windowsDone,
      windows: 30,
      fetched: rows
    },
    rows,
    requests: windowsDone,
    isDone
  })
  const lines = (
    practices: ReadonlyArray<PracticeProgress>,
    { columns = 80, elapsedMs = 10_000, expected = practices.length, rows = 24 } = {}
  ) => progressLines({ practices, expected, elapsedMs, ceiling: 15 }, { columns, rows })

  it("tells bar, time left, rows, their rate and the share of the budget in one line for one practice", () => {
    assert.deepStrictEqual(lines([practice(195900, 15, 1500)]), [
      "appointments ██████░░░░░░ 15/30  ~10 s left  1,500 rows  150/s  budget 10 %"
    ])
  })

  it("tells no time left before the first window and after the last", () => {
    assert.notInclude(lines([practice(195900, 0, 0)], { elapsedMs: 0 }).join(), "left")
    assert.notInclude(lines([practice(195900, 30, 9)]).join(), "left")
  })

  it("shows who is at work above the sum, and counts those who have not begun", () => {
    assert.deepStrictEqual(
      lines([practice(1, 30, 100, true), practice(2, 10, 50), practice(3, 0, 0)], { expected: 6 }),
      [
        "2        appointments         ████░░░░░░░░ 10/30  50 rows",
        "3        appointments         ░░░░░░░░░░░░ 0/30  0 rows",
        "1 of 6 practices ███░░░░░░░░░ 40/180  ~35 s left  150 rows  15/s  budget 27 %"
      ]
    )
  })

  it("folds what does not fit the screen", () => {
    const many = Array.from({ length: 16 }, (_, n) => practice(195_900 + n, n, n))
    const shown = lines(many, { expected: 40, rows: 12 })
    assert.strictEqual(shown.length, 5)
    assert.strictEqual(shown[3], "and 13 practices more")
  })

  it("leaves the last column of any terminal free", () => {
    const many = Array.from({ length: 16 }, (_, n) => practice(123_456_789 + n, 20 + n, 123_456_789))
    for (const columns of [20, 40, 80, 140]) {
      for (const line of lines(many, { columns, expected: 4000 })) assert.isBelow([...line].length, columns)
    }
  })

  it("is nothing before anything was told", () => {
    assert.deepStrictEqual(lines([]), [])
  })
})
