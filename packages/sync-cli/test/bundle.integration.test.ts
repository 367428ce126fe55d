import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { run } from "./support/athenaSync.ts"
import { Shipped } from "./support/shipped.ts"
import * as World from "./support/worlds.ts"

layer(Layer.merge(World.layer(), Shipped.layer), { excludeTestServices: true, timeout: 120_000 })(
  "the bundle",
  (it) => {
    it.effect(
      "does what the source does: syncs, verifies, and exports its traces",
      () =>
        Effect.gen(function* () {
          const program = yield* Shipped
          const environment = yield* World.environment
          const traced = { ...environment, OTEL_EXPORTER_OTLP_ENDPOINT: environment.ATHENA_BASE_URL }
          const help = yield* run(["--help"], {}, program)
          assert.strictEqual(help.code, 0)
          assert.include(help.stdout, "appointments")
          const days = ["appointments", "--from", "2019-06-03", "--to", "2019-06-04", "--json"]
          const synced = yield* run(days, traced, program)
          assert.strictEqual(synced.code, 0, synced.stderr)
          assert.isAbove(JSON.parse(synced.stdout).results[0].inserted, 0)
          assert.strictEqual((yield* run(["audit", "verify"], environment, program)).code, 0)
        }),
      120_000
    )
  }
)
