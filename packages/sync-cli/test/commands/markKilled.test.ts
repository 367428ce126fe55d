import type { ResourceStatus } from "@athena-engine/sync/status/readStatus"
import { assert, describe, it } from "@effect/vitest"
import { markKilled } from "../../src/commands/markKilled.ts"

const resource = (practiceId: string, status: string): ResourceStatus => ({
  practiceId,
  resource: "patients",
  freshAsOf: null,
  ageSeconds: null,
  lastError: null,
  lastRun: {
    runId: "run",
    status,
    startedAt: "2026-01-01T00:00:00Z",
    finishedAt: null,
    errorTag: null,
    retryAt: null,
    requests: 0,
    rateLimited: 0
  },
  watermark: null,
  rows: 0,
  gone: 0,
  backlog: { finishedWindows: 0, candidates: 0, disputed: 0 },
  quarantined: 0
})

describe("a run that reads running", () => {
  it("runs while somebody holds its lease, and was killed when nobody does", () => {
    const resources = [resource("1001", "running"), resource("1002", "running"), resource("1003", "complete")]
    assert.deepStrictEqual(
      markKilled(resources, [{ name: "patients of practice 1001" }]).map(({ lastRun }) => lastRun?.status),
      ["running", "killed", "complete"]
    )
  })
})
