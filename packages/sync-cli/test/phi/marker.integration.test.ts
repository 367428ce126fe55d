/** Whatever patients are called, no output says it. */
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { run as runHere } from "../support/inProcess.ts"
import * as World from "../support/worlds.ts"

const week = ["appointments", "--from", "2019-06-03", "--to", "2019-06-07"]

const fast = { excludeTestServices: true, timeout: 120_000 } as const

layer(World.layer(), fast)("a marker in every free text and name", (it) => {
  it.effect(
    "shows in no output at any log level and format",
    () =>
      Effect.gen(function* () {
        const marker = "ZZMARKERZZ"
        const environment = yield* World.environment
        const simulator = yield* Simulator
        yield* simulator.setFaults({
          rules: [
            { fault: { kind: "plantMarker", marker } },
            {
              match: { route: "bookedMultipleDepartment" },
              when: { nth: [7] },
              fault: { kind: "status", status: 400 }
            },
            { match: { route: "patient" }, when: { nth: [3] }, fault: { kind: "badRecord", field: "dob" } }
          ]
        })
        const trace = { LOG_LEVEL: "trace", LOG_FORMAT: "json" }
        const debug = { LOG_LEVEL: "debug", LOG_FORMAT: "pretty" }
        for (const [args, logging] of [
          [week, trace],
          [["patients"], trace],
          [[...week, "--json"], debug],
          [["patients", "--json"], debug],
          [["reference"], trace],
          [["quarantine", "list"], trace],
          [["quarantine", "retry"], debug],
          [["status"], trace],
          [["audit", "verify"], trace]
        ] as const) {
          const ended = yield* runHere(args, { ...environment, ...logging })
          assert.notInclude(ended.stdout + ended.stderr, marker, args.join(" "))
        }
        const sql = yield* SqlClient
        const stored = yield* sql`select 1 from athena.patients where last_name like ${`%${marker}%`} limit 1`
        assert.strictEqual(stored.length, 1, "the marker was really planted")
      }),
    240_000
  )
})
