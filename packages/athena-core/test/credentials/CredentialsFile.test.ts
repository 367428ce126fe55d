import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { inspect } from "node:util"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Option, Redacted } from "effect"
import { readAll } from "../../src/configuration/variables.ts"
import type { ClientCredentials } from "../../src/credentials/ClientCredentials.ts"
import { credentialsOf } from "../../src/credentials/PracticeCredentials.ts"
import { athenaVariables } from "../../src/environment/AthenaSettings.ts"
import { requireCredentials } from "../../src/environment/credentialsVariable.ts"
import { PracticeId } from "../../src/ids/PracticeId.ts"
import { ellipticKey, rsaKey } from "../support/signingKeys.ts"

const marker = "Zquuxwyvern"

/** A folder with these files, all of mode 600, taken away at the end. */
const folderOf = (files: Readonly<Record<string, string | object>>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const folder = mkdtempSync(join(tmpdir(), "credentials-"))
      for (const [name, content] of Object.entries(files)) {
        writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content), {
          mode: 0o600
        })
      }
      return folder
    }),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )

const settings = (env: Readonly<Record<string, string>>) =>
  readAll(athenaVariables).pipe(
    Effect.provideService(
      ConfigProvider.ConfigProvider,
      ConfigProvider.fromEnvRecord({ ATHENA_ENVIRONMENT: "sandbox", ...env })
    ),
    Effect.provide([NodeFileSystem.layer, NodePath.layer])
  )

const variables = { ATHENA_SANDBOX_CLIENT_ID: "the-rest", ATHENA_SANDBOX_CLIENT_SECRET: "secret-of-the-rest" }

const proofOf = (credentials: ClientCredentials) =>
  "clientSecret" in credentials
    ? `${credentials.clientId} secret ${Redacted.value(credentials.clientSecret)}`
    : `${credentials.clientId} keys ${credentials.keys.map(({ alg, kid }) => `${kid}/${alg}`).join(", ")}`

describe("ATHENA_CREDENTIALS_FILE", () => {
  it.effect("gives practices credentials of their own; the rest use the environment's variables", () =>
    Effect.gen(function* () {
      const folder = yield* folderOf({
        "credentials.json": {
          "195901": { clientId: "one", clientSecret: "its-secret" },
          "195902": { clientId: "two", keyFile: "two.pem", kid: "2026-11" },
          "195903": { clientId: "three", keys: [{ keyFile: "new.jwk" }, { keyFile: "two.pem", kid: "2026-05" }] }
        },
        "two.pem": ellipticKey().pem,
        "new.jwk": rsaKey().jwk({ kid: "newest" })
      })
      const { credentials } = yield* settings({
        ...variables,
        ATHENA_CREDENTIALS_FILE: join(folder, "credentials.json"),
        ATHENA_PRACTICES: "195900,195901"
      })
      const told = ["195900", "195901", "195902", "195903"].map((id) =>
        Option.map(credentialsOf(credentials, PracticeId.make(id)), proofOf).pipe(Option.getOrNull)
      )
      assert.deepStrictEqual(told, [
        "the-rest secret secret-of-the-rest",
        "one secret its-secret",
        "two keys 2026-11/ES384",
        "three keys newest/RS384, 2026-05/ES384"
      ])
      assert.notMatch(inspect(credentials, { depth: 20, showHidden: true }) + JSON.stringify(credentials), /-secret/)
    })
  )

  it.effect(
    "makes the variables needless where it names every practice, and they are asked for where it does not",
    () =>
      Effect.gen(function* () {
        const folder = yield* folderOf({ "c.json": { "195901": { clientId: "one", clientSecret: "s" } } })
        const file = { ATHENA_CREDENTIALS_FILE: join(folder, "c.json") }
        const read = yield* settings({ ...file, ATHENA_PRACTICES: "195901" })
        assert.isTrue(Option.isNone(read.credentials.rest))
        yield* requireCredentials("sandbox", read.credentials, [PracticeId.make("195901")])
        const asked = yield* Effect.flip(requireCredentials("sandbox", read.credentials, [PracticeId.make("195907")]))
        const configured = yield* Effect.flip(settings({ ...file, ATHENA_PRACTICES: "195901,195907" }))
        for (const { message } of [asked, configured]) {
          assert.match(
            message,
            /ATHENA_SANDBOX_CLIENT_ID: missing; .*for practice 195907, which ATHENA_CREDENTIALS_FILE/
          )
          assert.include(message, "ATHENA_SANDBOX_CLIENT_SECRET: missing")
        }
        const half = yield* Effect.flip(
          settings({ ...file, ATHENA_PRACTICES: "195901", ATHENA_SANDBOX_CLIENT_ID: "half" })
        )
        assert.deepStrictEqual(
          half.problems.map(({ variable }) => variable),
          ["ATHENA_SANDBOX_CLIENT_SECRET"]
        )
      })
  )

  it.effect("reports everything that is wrong at once, by practice and never by value", () =>
    Effect.gen(function* () {
      const folder = yield* folderOf({
        "c.json": `{
          "${marker}": { "clientId": "a", "clientSecret": "b" },
          "195901": { "clientId": "" },
          "195902": { "clientId": "two", "clientSecret": "${marker}", "keyFile": "${marker}" },
          "195903": { "clientId": "three", "keyFile": "${marker}.pem", "kid": "k" },
          "195904": { "clientId": "four", "keyFile": "shared.pem", "kid": "k" },
          "195905": { "clientId": "five", "keys": [{ "keyFile": "good.pem", "kid": "k" }, { "keyFile": "bad.pem", "kid": "k2" }] },
          "195906": { "clientId": "six", "clientSecret": "${marker}1", "${marker}": 1 },
          "195907": { "clientId": "seven", "clientSecret": "${marker}1" },
          "195908": { "clientId": "seven", "clientSecret": "${marker}2" },
          "195909": "${marker}",
          "195910": { "clientId": "ten", "keys": [{ "keyFile": "good.pem", "kid": "k" }, { "keyFile": "good.pem", "kid": "k" }] },
          "195911": { "clientId": "eleven", "clientSecret": "a" },
          "195911": { "clientId": "eleven", "clientSecret": "b" }
        }`,
        "shared.pem": ellipticKey().pem,
        "good.pem": ellipticKey().pem,
        "bad.pem": marker
      })
      chmodSync(join(folder, "shared.pem"), 0o640)
      const error = yield* Effect.flip(settings({ ...variables, ATHENA_CREDENTIALS_FILE: join(folder, "c.json") }))
      const lines = error.message.split("\n")
      for (const expected of [
        /FILE: must be a JSON object of practice ids .* entry \d+ is not/,
        /practice 195901: .*clientId/,
        /practice 195901: .*one of clientSecret, keyFile and keys/,
        /practice 195902: .*one of clientSecret, keyFile and keys/,
        /practice 195903: .*keyFile must be a file that there is/,
        /practice 195904: .*keyFile must be readable by its owner only \(chmod 600\)/,
        /practice 195905: .*keys\[1\] must be an unencrypted private key/,
        /practice 195906: .*fields other than/,
        /practice 195908: .*practice 195907/,
        /practice 195909: .*an object/,
        /practice 195910: .*kid of their own/,
        /practice 195911: .*stands there twice/
      ]) {
        assert.isTrue(
          lines.some((line) => expected.test(line)),
          `${expected} in ${error.message}`
        )
      }
      assert.notInclude(error.message + inspect(error, { depth: 20 }) + JSON.stringify(error), marker)
    })
  )

  it.effect("must be there, private, and JSON, in the simulator too, where it is not used", () =>
    Effect.gen(function* () {
      const folder = yield* folderOf({ "open.json": "{}", "list.json": "[]", "cut.json": `{"195900": ${marker}` })
      chmodSync(join(folder, "open.json"), 0o644)
      for (const [name, expected] of [
        ["open.json", "chmod 600"],
        ["none.json", "a file that there is"],
        ["list.json", "a JSON object of practice ids"],
        ["cut.json", "a JSON object of practice ids"],
        [".", "must be a file"]
      ] as const) {
        for (const environment of ["sandbox", "simulator"]) {
          const error = yield* Effect.flip(
            settings({ ...variables, ATHENA_ENVIRONMENT: environment, ATHENA_CREDENTIALS_FILE: join(folder, name) })
          )
          assert.strictEqual(error.problems.length, 1)
          assert.include(error.message, `ATHENA_CREDENTIALS_FILE: must be`)
          assert.include(error.message, expected)
          assert.notInclude(error.message, marker)
        }
      }
      chmodSync(join(folder, "open.json"), 0o400)
      const read = yield* settings({
        ATHENA_ENVIRONMENT: "simulator",
        ATHENA_CREDENTIALS_FILE: join(folder, "open.json")
      })
      assert.deepStrictEqual(
        Option.map(read.credentials.rest, proofOf),
        Option.some("simulator secret simulator-secret")
      )
    })
  )

  it.effect("does not contradict the variables", () =>
    Effect.gen(function* () {
      const folder = yield* folderOf({ "c.json": { "195901": { clientId: "the-rest", clientSecret: marker } } })
      const error = yield* Effect.flip(settings({ ...variables, ATHENA_CREDENTIALS_FILE: join(folder, "c.json") }))
      assert.match(error.message, /practice 195901: not as ATHENA_SANDBOX_CLIENT_ID/)
      assert.notInclude(error.message, marker)
    })
  )
})
