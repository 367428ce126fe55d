import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { noRows, type SyncResult } from "@athena-engine/sync/runs/SyncResult"
import { assert, describe, it } from "@effect/vitest"
import { syncReportText } from "../../src/output/syncReport.ts"

const result = (practiceId: number, changes: Partial<SyncResult> = {}): SyncResult => ({
  practiceId: PracticeId.make(String(practiceId)),
  resource: "appointments",
  status: "complete",
  ...noRows,
  requests: 1,
  retries: 0,
  rateLimited: 0,
  durationMs: 100,
  ...changes
})

const textOf = (command: string, results: ReadonlyArray<SyncResult>) =>
  syncReportText({ command, runId: "a-run", environment: "sandbox", results, auditEvents: 1 })

describe("the report of a sync, for people", () => {
  it("tells the rows of the feeds from those of the lists", () => {
    const text = textOf("all", [
      result(195900),
      result(195900, { feed: "appointments" }),
      result(195900, { resource: "patients", feed: "patients" }),
      result(195900, { resource: "patients" })
    ])
    assert.deepStrictEqual(
      text
        .split("\n")
        .slice(1, 5)
        .map((line) => line.slice(10, 29).trim()),
      ["appointments", "appointment changes", "patient changes", "patients"]
    )
  })

  it("adds up several practices, and says how many ended how", () => {
    const text = textOf("appointments", [
      result(195900, { fetched: 1000 }),
      result(195901, { fetched: 500 }),
      result(195903, { status: "failed", error: { tag: "Down", message: "practice 195903: it is down" } })
    ])
    assert.match(text, /^all 3 +1,500 /m)
    assert.include(text, "3 practices: 2 complete, 1 failed")
  })

  it("tells what many practices fail with three times, then who they are", () => {
    const failed = Array.from({ length: 40 }, (_, n) =>
      result(200_001 + n, { status: "failed", error: { tag: "Unreachable", message: `no answer (attempt ${n})` } })
    )
    const lines = textOf("appointments", failed).split("\n")
    const notes = lines.slice(lines.findIndex((line) => line.startsWith("1 audit event, run a-run")) + 1)
    assert.strictEqual(notes.length, 4)
    assert.strictEqual(notes[0], "practice 200001: no answer (attempt 0)")
    assert.match(notes[3] ?? "", /^Unreachable, also: 37 practices 200004, .*200040$/)
  })
})
