/**
 * The leak property of the program: whatever athenahealth answers, no command says any of it, at any level and in any
 * format of the log, to nobody: not on stdout or stderr, not to a collector, not in a file.
 */
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs"
import path from "node:path"
import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import { HostileAthena } from "@athena-engine/testing/leaks/HostileAthena"
import { assertNone, makeLeakFinder } from "@athena-engine/testing/leaks/LeakFinder"
import { everyMarker, marker } from "@athena-engine/testing/leaks/markers"
import { seeds } from "@athena-engine/testing/random/seeds"
import { sized } from "@athena-engine/testing/size/sized"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { run } from "../support/athenaSync.ts"
import { collector, hostileServer } from "../support/listeners.ts"

const secret = "Wyrmgladeth"
const finder = makeLeakFinder([...everyMarker, secret])
const timeout = sized({ short: 240_000, long: 1_800_000 })

const environmentOf = (origin: string) => ({
  ATHENA_ENVIRONMENT: "sandbox",
  ATHENA_BASE_URL: origin,
  ATHENA_SANDBOX_CLIENT_ID: "an-app",
  ATHENA_SANDBOX_CLIENT_SECRET: secret,
  ATHENA_PRACTICES: "195900",
  ATHENA_REQUESTS_PER_SECOND: "500",
  ATHENA_APP_REQUESTS_PER_SECOND: "500"
})

const days = ["appointments", "--from", "2019-06-03", "--to", "2019-06-05"]
const commands: ReadonlyArray<ReadonlyArray<string>> = sized({
  short: [days, ["patients", "--json"], ["quarantine", "list"], ["status"], ["doctor"], ["audit", "verify"]],
  long: [
    days,
    ["patients"],
    ["reference"],
    ["quarantine", "list"],
    ["quarantine", "list", "--json"],
    ["quarantine", "retry"],
    ["events", "list"],
    ["events", "redrive"],
    ["purge", "--practice", "195900", "--dry-run"],
    ["status"],
    ["doctor"],
    ["doctor", "--json"],
    ["audit", "verify"],
    [...days, "--json"],
    ["patients", "--json"],
    ["status", "--json"],
    ["audit", "verify", "--json"],
    ["migrate", "--json"]
  ]
})

const levels = ["trace", "debug", "info", "warn", "error", "fatal", "none"]
const formats = ["json", "pretty"]
/** What the command with this number is told of its log: with every turn of the commands another level and format. */
const loggingOf = (turn: number, command: number) => ({
  LOG_LEVEL: levels[(turn + command) % levels.length] ?? "trace",
  LOG_FORMAT: formats[(Math.floor(turn / levels.length) + command) % formats.length] ?? "json"
})
const turns = Array.from({ length: sized({ short: 1, long: levels.length * formats.length }) }, (_, turn) => turn)

describe("a practice that answers more than it should", () => {
  for (const seed of seeds({ short: 1, long: 4 })) {
    it.live(
      `shows in no output of any command, whatever the log's level and format (TEST_SEED=${seed})`,
      () =>
        Effect.gen(function* () {
          const { url } = yield* TestDatabase
          const telemetry = yield* collector
          const origin = yield* hostileServer(new HostileAthena({ seed, errors: 0.05, silences: 0.01 }))
          const environment = {
            ...environmentOf(origin),
            DATABASE_URL: url,
            OTEL_EXPORTER_OTLP_ENDPOINT: telemetry.origin
          }
          for (const turn of turns) {
            for (const [command, args] of commands.entries()) {
              const log = loggingOf(turn, command)
              const { stderr, stdout } = yield* run(args, { ...environment, ...log })
              const what = `${args.join(" ")} (${log.LOG_LEVEL}, ${log.LOG_FORMAT})`
              assertNone([...finder.find(`stdout of ${what}`, stdout), ...finder.find(`stderr of ${what}`, stderr)])
            }
          }
          assertNone(telemetry.received.flatMap((sent) => finder.find(`collector ${sent.path}`, sent.text)))
          const paths = new Set(telemetry.received.map((sent) => sent.path))
          assert.deepStrictEqual([...paths].sort(), ["/v1/metrics", "/v1/traces"])
          const exported = telemetry.received.map(({ text }) => text).join()
          for (const known of ["athena ListDepartments", "athena_calls_total", "GET /v1/{practiceid}/departments"]) {
            assert.include(exported, known)
          }
          const sql = yield* SqlClient
          const raws = yield* sql`select from athena.departments where raw::text like ${`%${marker}%`} limit 1`
          assert.strictEqual(raws.length, 1, "the marker was really answered")
        }).pipe(Effect.provide(TestDatabase.layer()), Effect.scoped),
      timeout
    )
  }

  it.live(
    "is in no name of a file of the embedded database's folder, and in no file beside the database itself",
    () =>
      Effect.gen(function* () {
        const dataDir = yield* Effect.acquireRelease(
          // The program makes it itself, so that it keeps the database in it whoever runs the test.
          Effect.sync(() => `/tmp/athena-sync-phi-${process.pid}`),
          (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
        )
        const origin = yield* hostileServer(new HostileAthena({ seed: 5, errors: 0.02, silences: 0 }))
        const environment = { ...environmentOf(origin), ATHENA_DATA_DIR: dataDir, LOG_LEVEL: "debug" }
        yield* Effect.addFinalizer(() => run(["database", "stop"], { ATHENA_DATA_DIR: dataDir }))
        const ended = yield* run(days, environment)
        yield* run(["patients"], environment)
        assert.include(ended.stdout, "195900")
        const files = readdirSync(dataDir, { recursive: true, encoding: "utf8" })
        assert.isAbove(files.length, 500)
        assertNone(finder.find("names of files", files.join("\n")))
        const beside = files.filter(
          (file) => !file.startsWith("postgres/") && statSync(path.join(dataDir, file)).isFile()
        )
        assert.include(beside, "postgres.log")
        assertNone(beside.flatMap((file) => finder.find(file, readFileSync(path.join(dataDir, file), "utf8"))))
        const isInDatabase = files.some(
          (file) =>
            file.startsWith("postgres/") &&
            statSync(path.join(dataDir, file)).isFile() &&
            readFileSync(path.join(dataDir, file)).includes(marker)
        )
        assert.isTrue(isInDatabase, "the marker was really stored")
      }).pipe(Effect.scoped),
    timeout
  )
})
