/** Where the simulator's people may be written to. */
import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { run } from "../support/athenaSync.ts"
import { counted } from "../support/counted.ts"
import * as World from "../support/worlds.ts"

const week = ["appointments", "--from", "2019-06-03", "--to", "2019-06-07"]

const fast = { excludeTestServices: true, timeout: 120_000 } as const

layer(World.layer(), fast)("the simulator's database", (it) => {
  it.effect(
    "is DATABASE_URL only when the environment is said in so many words",
    () =>
      Effect.gen(function* () {
        const { url } = yield* TestDatabase
        const dataDir = `/tmp/athena-sync-test-${process.pid}`
        const silent = yield* run(["status"], { DATABASE_URL: url, ATHENA_DATA_DIR: dataDir })
        assert.strictEqual(silent.code, 0, silent.stderr)
        assert.include(silent.stderr, "ATHENA_ENVIRONMENT")
        const explicit = yield* run([...week, "--json"], { DATABASE_URL: url, ATHENA_ENVIRONMENT: "simulator" })
        assert.strictEqual(explicit.code, 0, explicit.stderr)
        assert.strictEqual(JSON.parse(explicit.stdout).results[0].inserted, yield* counted("athena.appointments"))
        yield* run(["database", "stop"], { ATHENA_DATA_DIR: dataDir })
      }),
    fast.timeout
  )
})
