import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { inspect } from "node:util"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Duration, Effect, Option, Redacted } from "effect"
import { type ConfigurationInvalid, readAll } from "../../src/configuration/variables.ts"
import { athenaVariables, budgetOf } from "../../src/environment/AthenaSettings.ts"

const marker = "Zquuxwyvern"
const sandbox = {
  ATHENA_ENVIRONMENT: "sandbox",
  ATHENA_SANDBOX_CLIENT_ID: "sandbox-id",
  ATHENA_SANDBOX_CLIENT_SECRET: "sandbox-secret"
}
const production = {
  ATHENA_ENVIRONMENT: "production",
  ATHENA_PRODUCTION_CLIENT_ID: "production-id",
  ATHENA_PRODUCTION_CLIENT_SECRET: "production-secret"
}

const settings = (env: Readonly<Record<string, string>>) =>
  readAll(athenaVariables).pipe(
    Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnvRecord(env)),
    Effect.provide([NodeFileSystem.layer, NodePath.layer])
  )
/** The client id and the secret of the environment's own app. */
const appOf = ({ credentials }: Effect.Success<ReturnType<typeof settings>>) =>
  Option.match(credentials.rest, {
    onNone: () => [],
    onSome: (app) => ("clientSecret" in app ? [app.clientId, Redacted.value(app.clientSecret)] : [app.clientId])
  })
const problemsOf = (env: Readonly<Record<string, string>>) => Effect.flip(settings(env))
const variablesOf = (error: ConfigurationInvalid) => error.problems.map(({ variable }) => variable).sort()

describe("the settings", () => {
  it.effect("have defaults for the simulator, which needs nothing", () =>
    Effect.gen(function* () {
      const read = yield* settings({})
      assert.strictEqual(read.environment, "simulator")
      assert.isTrue(Option.isNone(read.origin))
      assert.deepStrictEqual(read.practices.map(String), ["195900"])
      assert.strictEqual(read.scope, "athena/service/Athenanet.MDP.*")
      assert.deepStrictEqual(budgetOf(read), {
        requestsPerSecond: 15,
        appRequestsPerSecond: 15,
        startRequestsPerSecond: 5,
        maxConcurrency: 30,
        maxWait: Duration.seconds(60),
        dailyReserve: 0.1
      })
    })
  )

  it.effect("have defaults for the sandbox", () =>
    Effect.gen(function* () {
      const read = yield* settings(sandbox)
      assert.deepStrictEqual(read.origin, Option.some("https://api.preview.platform.athenahealth.com"))
      assert.deepStrictEqual(read.practices, [])
      assert.deepStrictEqual(appOf(read), ["sandbox-id", "sandbox-secret"])
      assert.deepStrictEqual([budgetOf(read).requestsPerSecond, budgetOf(read).startRequestsPerSecond], [15, 5])
    })
  )

  it.effect("have defaults for production", () =>
    Effect.gen(function* () {
      const read = yield* settings(production)
      assert.deepStrictEqual(read.origin, Option.some("https://api.platform.athenahealth.com"))
      assert.deepStrictEqual(appOf(read), ["production-id", "production-secret"])
      assert.deepStrictEqual(budgetOf(read), {
        requestsPerSecond: 50,
        appRequestsPerSecond: 50,
        startRequestsPerSecond: 10,
        maxConcurrency: 64,
        maxWait: Duration.seconds(60),
        dailyReserve: 0.1
      })
    })
  )

  it.effect("are read from their variables", () =>
    Effect.gen(function* () {
      const read = yield* settings({
        ...sandbox,
        ATHENA_PRACTICES: " 195900, 195901 ,195900",
        ATHENA_REQUESTS_PER_SECOND: "2.5",
        ATHENA_APP_REQUESTS_PER_SECOND: "7",
        ATHENA_MAX_CONCURRENCY: "8",
        ATHENA_MAX_WAIT: "5 minutes",
        ATHENA_SCOPE: "system/Patient.read",
        ATHENA_SERVICE_IDENTITY: "night-sync"
      })
      assert.deepStrictEqual(read.practices.map(String), ["195900", "195901"])
      assert.strictEqual(read.scope, "system/Patient.read")
      assert.deepStrictEqual(read.serviceIdentity, Option.some("night-sync"))
      assert.deepStrictEqual(budgetOf(read), {
        requestsPerSecond: 2.5,
        appRequestsPerSecond: 7,
        startRequestsPerSecond: 5,
        maxConcurrency: 8,
        maxWait: Duration.minutes(5),
        dailyReserve: 0.1
      })
    })
  )

  it.effect("take a variable that is set to nothing as not set", () =>
    Effect.gen(function* () {
      const read = yield* settings({ ATHENA_ENVIRONMENT: "", ATHENA_PRACTICES: " ", ATHENA_MAX_WAIT: "" })
      assert.strictEqual(read.environment, "simulator")
      const error = yield* problemsOf({ ...sandbox, ATHENA_SANDBOX_CLIENT_SECRET: "  " })
      assert.deepStrictEqual(variablesOf(error), ["ATHENA_SANDBOX_CLIENT_SECRET"])
    })
  )

  it.effect("tell everything that is wrong or missing in one message, and no value", () =>
    Effect.gen(function* () {
      const error = yield* problemsOf({
        ATHENA_ENVIRONMENT: "sandbox",
        ATHENA_SANDBOX_CLIENT_ID: marker,
        ATHENA_BASE_URL: `ftp://${marker}`,
        ATHENA_PRACTICES: `195900,${marker}`,
        ATHENA_REQUESTS_PER_SECOND: marker,
        ATHENA_APP_REQUESTS_PER_SECOND: "0",
        ATHENA_MAX_CONCURRENCY: `${marker}0`,
        ATHENA_MAX_WAIT: `${marker} minutes`,
        ATHENA_CREDENTIALS_FILE: `/${marker}`
      })
      assert.deepStrictEqual(variablesOf(error), [
        "ATHENA_APP_REQUESTS_PER_SECOND",
        "ATHENA_BASE_URL",
        "ATHENA_CREDENTIALS_FILE",
        "ATHENA_MAX_CONCURRENCY",
        "ATHENA_MAX_WAIT",
        "ATHENA_PRACTICES",
        "ATHENA_REQUESTS_PER_SECOND",
        "ATHENA_SANDBOX_CLIENT_SECRET"
      ])
      for (const variable of variablesOf(error)) assert.include(error.message, variable)
      assert.notInclude(error.message + inspect(error, { depth: 20 }) + JSON.stringify(error), marker)
    })
  )

  it.effect.each<[string, string, ReadonlyArray<string>]>([
    ["ATHENA_PRACTICES", "practice", ["abc", "195900,", "1", "-5", "1;2", "1234567890123"]],
    ["ATHENA_REQUESTS_PER_SECOND", "requests per second", ["0", "-1", "NaN", "Infinity", "ten"]],
    ["ATHENA_MAX_CONCURRENCY", "whole number", ["0", "257", "1.5", "-1", "1e2"]],
    ["ATHENA_DAILY_QUOTA", "calls a day", ["0", "-5", "1.5", "many"]],
    ["ATHENA_DAILY_RESERVE", "a share", ["1", "-0.1", "10 %", "0,1"]],
    ["ATHENA_MAX_WAIT", "seconds", ["-1", "soon", "5 days", "1m30s"]],
    ["ATHENA_ENVIRONMENT", "simulator, sandbox or production", ["prod", "Sandbox", "test"]]
  ])("refuse nonsense in %s", ([variable, expected, values]) =>
    Effect.gen(function* () {
      for (const value of values) {
        const error = yield* problemsOf({ [variable]: value })
        assert.deepStrictEqual(variablesOf(error), [variable], value)
        assert.include(error.message, expected)
      }
    })
  )

  it.effect("read the keys that protect what is stored, from a file of their owner's alone, and tell none of it", () =>
    Effect.gen(function* () {
      const folder = mkdtempSync(join(tmpdir(), "athena-keys-"))
      yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(folder, { recursive: true })))
      const file = join(folder, "keys")
      const keysIn = (text: string, mode = 0o600) => {
        rmSync(file, { force: true })
        writeFileSync(file, text, { mode })
        return { ATHENA_ENCRYPTION_KEYS_FILE: file }
      }
      const line = `2026 ${Buffer.alloc(32, 7).toString("base64")}\n`
      const { encryptionKeys } = yield* settings(keysIn(line))
      assert.deepStrictEqual(
        Option.map(encryptionKeys, ([{ name }]) => name),
        Option.some("2026")
      )
      for (const wrong of [
        keysIn(`2026 ${marker}`),
        keysIn("", 0o600),
        { ATHENA_ENCRYPTION_KEYS_FILE: `/${marker}` }
      ]) {
        const error = yield* problemsOf(wrong)
        assert.deepStrictEqual(variablesOf(error), ["ATHENA_ENCRYPTION_KEYS_FILE"])
        assert.notInclude(inspect(error), marker)
      }
      const open = yield* problemsOf(keysIn(line, 0o644))
      assert.include(open.message, "chmod 600")
    }).pipe(Effect.scoped)
  )

  it.effect("never read another environment's credentials", () =>
    Effect.gen(function* () {
      const both = { ...production, ...sandbox }
      const appIn = (environment: string) => Effect.map(settings({ ...both, ATHENA_ENVIRONMENT: environment }), appOf)
      assert.deepStrictEqual(yield* appIn("sandbox"), ["sandbox-id", "sandbox-secret"])
      assert.deepStrictEqual(yield* appIn("production"), ["production-id", "production-secret"])
      assert.deepStrictEqual(yield* appIn("simulator"), ["simulator", "simulator-secret"])
      const error = yield* problemsOf({ ...sandbox, ATHENA_ENVIRONMENT: "production" })
      assert.deepStrictEqual(variablesOf(error), ["ATHENA_PRODUCTION_CLIENT_ID", "ATHENA_PRODUCTION_CLIENT_SECRET"])
      assert.notInclude(error.message, "sandbox-")
    })
  )

  it.effect("do not print the secret", () =>
    Effect.gen(function* () {
      const read = yield* settings({ ...sandbox, ATHENA_SANDBOX_CLIENT_SECRET: marker })
      assert.notInclude(inspect(read, { depth: 20, showHidden: true }) + JSON.stringify(read), marker)
    })
  )

  describe("ATHENA_BASE_URL", () => {
    it.effect.each<[string, string]>([
      ["https://proxy.test", "https://proxy.test"],
      ["https://proxy.test/", "https://proxy.test"],
      ["https://proxy.test:8443", "https://proxy.test:8443"],
      ["http://127.0.0.1:8090", "http://127.0.0.1:8090"],
      ["http://localhost:8090/", "http://localhost:8090"],
      ["http://[::1]:8090", "http://[::1]:8090"]
    ])("may be %s in the sandbox", ([value, expected]) =>
      Effect.gen(function* () {
        assert.deepStrictEqual((yield* settings({ ...sandbox, ATHENA_BASE_URL: value })).origin, Option.some(expected))
      })
    )

    it.effect.each([
      "http://proxy.test",
      "http://127.0.0.1.elsewhere.test",
      "https://proxy.test/v1",
      "https://proxy.test?a=1",
      "https://proxy.test#a",
      "https://user:pass@proxy.test",
      "ftp://proxy.test",
      "proxy.test",
      "//proxy.test"
    ])("may not be %s", (value) =>
      Effect.gen(function* () {
        const error = yield* problemsOf({ ...sandbox, ATHENA_BASE_URL: value })
        assert.deepStrictEqual(variablesOf(error), ["ATHENA_BASE_URL"])
        assert.notInclude(error.message, value)
      })
    )

    it.effect.each([production, { ATHENA_ENVIRONMENT: "simulator" }])("is refused with $ATHENA_ENVIRONMENT", (env) =>
      Effect.gen(function* () {
        const error = yield* problemsOf({ ...env, ATHENA_BASE_URL: "https://proxy.test" })
        assert.deepStrictEqual(variablesOf(error), ["ATHENA_BASE_URL"])
        assert.include(error.message, "sandbox only")
      })
    )
  })
})
