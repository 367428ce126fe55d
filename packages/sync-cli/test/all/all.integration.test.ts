import { noFaults } from "@athena-engine/simulator/faults/FaultPlan"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { run } from "../support/inProcess.ts"
import * as World from "../support/worlds.ts"

const week = ["--from", "2019-06-03", "--to", "2019-06-07"]
const fast = { excludeTestServices: true, timeout: 60_000 } as const

interface Part {
  readonly resource: string
  readonly status: string
  readonly inserted: number
  readonly updated: number
}

const resultsOf = (stdout: string): ReadonlyArray<Part> => JSON.parse(stdout).results

layer(World.layer(), fast)("athena-sync all", (it) => {
  it.effect(
    "does the night's work in its order, and finds nothing to write the second time",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        const first = yield* run(["all", ...week, "--json"], environment)
        assert.strictEqual(first.code, 0, first.stderr)
        const results = resultsOf(first.stdout)
        assert.deepStrictEqual(
          results.map(({ resource }) => resource),
          ["departments", "providers", "appointment_types", "appointments", "appointments", "patients", "patients"]
        )
        assert.isTrue(results.every(({ status }) => status === "complete"))
        // The patients are those of the appointments that the same night brought.
        assert.isAbove(results.at(-1)?.inserted ?? 0, 0)
        const second = yield* run(["all", ...week, "--json"], environment)
        assert.isTrue(resultsOf(second.stdout).every(({ inserted, updated }) => inserted + updated === 0))
      }),
    fast.timeout
  )

  it.effect(
    "goes on with the rest where one part fails, and ends with 3",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        const simulator = yield* Simulator
        const denied = { kind: "status", status: 403, body: "json" } as const
        yield* simulator.setFaults({ rules: [{ match: { route: "providers" }, fault: denied }] })
        const ran = yield* run(["all", ...week, "--json"], environment)
        yield* simulator.setFaults(noFaults)
        assert.strictEqual(ran.code, 3, ran.stderr)
        assert.deepStrictEqual(
          resultsOf(ran.stdout)
            .filter(({ status }) => status !== "complete")
            .map(({ resource, status }) => [resource, status]),
          [["providers", "failed"]]
        )
      }),
    fast.timeout
  )

  it.effect("refuses a range that ends before it begins, counted from today where a flag is missing", () =>
    Effect.gen(function* () {
      const environment = yield* World.environment
      for (const flags of [
        ["--from", "2019-06-07", "--to", "2019-06-03"],
        ["--to", "2019-06-03"]
      ]) {
        const { code, stderr, stdout } = yield* run(["all", ...flags], environment)
        assert.strictEqual(code, 2)
        assert.strictEqual(stdout, "")
        assert.match(stderr, /--to \(2019-06-03\) lies before --from/)
      }
    })
  )
})
