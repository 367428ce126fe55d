import { generateKeyPairSync } from "node:crypto"
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { run as runProgram } from "../support/athenaSync.ts"
import { Shipped } from "../support/shipped.ts"
import * as World from "../support/worlds.ts"

const secret = "Xq7secretwyvern"
const registered = generateKeyPairSync("ec", { namedCurve: "P-384" })
const unregistered = generateKeyPairSync("ec", { namedCurve: "P-384" })
const pemOf = ({ privateKey }: typeof registered) => privateKey.export({ format: "pem", type: "pkcs8" }).toString()
const publicJwk = { ...registered.publicKey.export({ format: "jwk" }), kty: "EC" as const, kid: "2026-05" }

/** One app with a secret for practice 195900, one with a key for 195901; neither may see the other's practice. */
const world = World.layer({
  clients: [
    { clientId: "app-a", clientSecret: secret, practices: ["195900"] },
    { clientId: "app-b", publicKeys: [publicJwk], practices: ["195901"] }
  ]
})

const keyFile = { "old.pem": pemOf(registered), "new.pem": pemOf(unregistered) }
const old = { keyFile: "old.pem", kid: "2026-05" }
const appA = { ATHENA_SANDBOX_CLIENT_ID: "app-a", ATHENA_SANDBOX_CLIENT_SECRET: secret }

/** The environment of a process with that file of credentials, and with the key files beside it. */
const environmentWith = (credentials: object) =>
  Effect.gen(function* () {
    const folder = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "athena-credentials-"))),
      (made) => Effect.sync(() => rmSync(made, { recursive: true, force: true }))
    )
    for (const [name, text] of Object.entries({ ...keyFile, "credentials.json": JSON.stringify(credentials) })) {
      writeFileSync(join(folder, name), text, { mode: 0o600 })
    }
    const file = join(folder, "credentials.json")
    const environment = { ...(yield* World.environment), ...appA, ATHENA_CREDENTIALS_FILE: file }
    return { ...environment, ATHENA_PRACTICES: "195900,195901", LOG_FORMAT: "json" }
  })

const run = (args: ReadonlyArray<string>, environment: Readonly<Record<string, string>>) =>
  Effect.flatMap(Shipped, (program) => runProgram(args, environment, program))

const days = ["appointments", "--from", "2019-06-03", "--to", "2019-06-05", "--json"]

interface PracticeResult {
  readonly status: string
  readonly inserted: number
  readonly error?: { readonly tag: string; readonly message: string }
}
const resultsOf = (stdout: string): ReadonlyArray<PracticeResult> => JSON.parse(stdout).results
const noSecret = (text: string) => assert.notMatch(text, new RegExp(`${secret}|eyJ|BEGIN|app-[ab]`))

layer(Layer.merge(world, Shipped.layer), { excludeTestServices: true, timeout: 120_000 })(
  "practices under different credentials",
  (it) => {
    it.effect(
      "are synced in one run, each by its own app, one of them by a key that is being replaced",
      () =>
        Effect.gen(function* () {
          const keys = [{ keyFile: "new.pem", kid: "2026-11" }, old]
          const environment = yield* environmentWith({ "195901": { clientId: "app-b", keys } })
          const simulator = yield* Simulator
          yield* simulator.resetStatistics
          const { code, stderr, stdout } = yield* run(days, environment)
          assert.strictEqual(code, 0, stderr)
          for (const result of resultsOf(stdout)) {
            assert.strictEqual(result.status, "complete")
            assert.isAbove(result.inserted, 0)
          }
          // One for the secret; the new key's, which is refused, and the older one's.
          assert.deepInclude(yield* simulator.statistics, { tokenRequests: 3, tokensIssued: 2 })
          assert.match(stderr, /refused a signing key.*2026-11|2026-11.*refused a signing key/)
          noSecret(stderr + stdout)
          const sql = yield* SqlClient
          const rows = yield* sql`select distinct practice_id as id from athena.appointments order by 1`
          assert.deepStrictEqual(rows, [{ id: "195900" }, { id: "195901" }])
        }),
      120_000
    )

    it.effect(
      "fail one by one: a key that is refused is named, and the other practice is synced",
      () =>
        Effect.gen(function* () {
          const environment = yield* environmentWith({
            "195901": { clientId: "app-b", keyFile: "new.pem", kid: "2026-11" }
          })
          const { code, stderr, stdout } = yield* run(days, environment)
          assert.strictEqual(code, 3, stderr)
          const [first, second] = resultsOf(stdout)
          assert.deepStrictEqual([first?.status, second?.status], ["complete", "failed"])
          assert.deepInclude(second?.error, { tag: "InvalidCredentials" })
          assert.match(
            String(second?.error?.message),
            /invalid_client\), signed with key 2026-11\. Check that the public key is registered/
          )
          noSecret(stderr + stdout)
        }),
      120_000
    )

    it.effect(
      "are a matter of configuration: a file that others can read, or a practice without any, ends the program with 2",
      () =>
        Effect.gen(function* () {
          const environment = yield* environmentWith({ "195901": { clientId: "app-b", ...old } })
          const { ATHENA_SANDBOX_CLIENT_ID: _id, ATHENA_SANDBOX_CLIENT_SECRET: _secret, ...without } = environment
          const alone = { ...without, ATHENA_PRACTICES: "195901" }
          const synced = yield* run(days, alone)
          assert.strictEqual(synced.code, 0, synced.stderr)
          const unnamed = yield* run([...days, "--practice", "195900"], alone)
          assert.strictEqual(unnamed.code, 2)
          assert.match(
            unnamed.stderr,
            /ATHENA_SANDBOX_CLIENT_ID: missing; .*practice 195900, which ATHENA_CREDENTIALS_FILE/
          )
          chmodSync(environment.ATHENA_CREDENTIALS_FILE, 0o644)
          const open = yield* run(days, environment)
          assert.deepStrictEqual([open.code, open.stdout], [2, ""])
          assert.include(open.stderr, "ATHENA_CREDENTIALS_FILE: must be readable by its owner only (chmod 600)")
          noSecret(unnamed.stderr + open.stderr)
        }),
      120_000
    )
  }
)
