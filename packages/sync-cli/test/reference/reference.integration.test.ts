import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { run } from "../support/inProcess.ts"
import * as World from "../support/worlds.ts"

layer(World.layer(), { excludeTestServices: true, timeout: 60_000 })("athena-sync reference", (it) => {
  it.effect(
    "prints one result for each resource, and a table that fits 80 columns",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        const first = yield* run(["reference", "--practice", "195900", "--json"], environment)
        assert.strictEqual(first.code, 0, first.stderr)
        assert.strictEqual(first.stdout.trimEnd().split("\n").length, 1)
        const report = JSON.parse(first.stdout)
        assert.strictEqual(report.command, "reference")
        const sql = yield* SqlClient
        for (const { fetched, inserted, resource, status } of report.results) {
          assert.strictEqual(status, "complete")
          assert.strictEqual(inserted, fetched)
          const [row] = yield* sql<{ readonly n: number }>`select count(*)::int as n from ${sql(`athena.${resource}`)}`
          assert.strictEqual(row?.n, fetched)
        }
        assert.deepStrictEqual(
          report.results.map(({ resource }: { readonly resource: string }) => resource),
          ["departments", "providers", "appointment_types"]
        )

        const both = ["--practice", "195900", "--practice", "195901"]
        const table = (yield* run(["reference", ...both], environment)).stdout.split("\n")
        assert.match(table[0] ?? "", /^practice +resource +status +new +updated +same +gone +calls$/)
        assert.strictEqual(table.filter((line) => /^19590[01] /.test(line)).length, 6)
        for (const line of table.slice(0, 7)) assert.isAtMost(line.length, 80)
      }),
    60_000
  )
})
