import type { ResourceStatus } from "@athena-engine/sync/status/readStatus"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Option } from "effect"
import { objectiveOf, staleOf } from "../../src/commands/objectives.ts"
import { age } from "../../src/output/age.ts"
import { wrapped } from "../../src/output/wrapped.ts"

const status = (practiceId: string, resource: string, ageSeconds: number | null): ResourceStatus => ({
  practiceId,
  resource,
  ageSeconds,
  freshAsOf: null,
  lastRun: null,
  lastError: null,
  watermark: null,
  rows: 0,
  gone: 0,
  backlog: { finishedWindows: 0, candidates: 0, disputed: 0 },
  quarantined: 0
})

const objectives = (...texts: ReadonlyArray<string>) => texts.flatMap((text) => Option.toArray(objectiveOf(text)))

describe("an objective", () => {
  it("is a time for all, or for one resource", () => {
    const read = (text: string) =>
      Option.map(objectiveOf(text), ({ maxAge, resource }) => [resource, Duration.toHours(maxAge)])
    assert.deepStrictEqual(read("26h"), Option.some([undefined, 26]))
    assert.deepStrictEqual(read("8 days"), Option.some([undefined, 192]))
    assert.deepStrictEqual(read("providers=8d"), Option.some(["providers", 192]))
    for (const text of ["", "soon", "0", "=", "a=b=1h", "providers=", "-1h"]) {
      assert.isTrue(Option.isNone(objectiveOf(text)), text)
    }
  })

  it("is missed by what is older or was never whole; a resource's own counts before that for all", () => {
    const resources = [
      status("1001", "patients", 7200),
      status("1001", "providers", 7200),
      status("1002", "patients", null)
    ]
    const names = (texts: ReadonlyArray<string>, expected: ReadonlyArray<string> = []) =>
      staleOf(resources, objectives(...texts), expected).map(({ practiceId, resource }) => [practiceId, resource])
    assert.deepStrictEqual(names([]), [])
    assert.deepStrictEqual(names(["2h"]), [["1002", "patients"]])
    assert.deepStrictEqual(names(["1h", "providers=3h"]), [
      ["1001", "patients"],
      ["1002", "patients"]
    ])
    assert.deepStrictEqual(names(["providers=1h"]), [["1001", "providers"]])
    assert.deepStrictEqual(names(["3h"], ["1001"]), [], "a practice that is not synced any more is not looked at")
    assert.deepStrictEqual(names(["3h"], ["1001", "1003"]), [["1003", null]])
  })
})

describe("what people read", () => {
  it("tells a length of time in a few characters", () => {
    assert.deepStrictEqual([null, 0, 99, 100, 5999, 6000, 259_199, 259_200].map(age), [
      "–",
      "0 s",
      "99 s",
      "1 min",
      "99 min",
      "1 h",
      "71 h",
      "3 d"
    ])
  })

  it("is broken at spaces, within the width", () => {
    assert.strictEqual(wrapped("one two three", 7), "one two\nthree")
    assert.strictEqual(wrapped("one two", 5, "  "), "  one\n  two")
    assert.strictEqual(wrapped("overlong", 3), "overlong")
  })
})
