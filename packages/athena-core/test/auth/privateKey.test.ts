import { type KeyObject, verify } from "node:crypto"
import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Exit, Fiber, Layer, Logger, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { AccessTokens } from "../../src/auth/AccessTokens.ts"
import { readSigningKey } from "../../src/credentials/SigningKey.ts"
import { Connection } from "../../src/environment/Connection.ts"
import { type Answer, type Sent, type StubServer, stubServer } from "../support/StubServer.ts"
import { ellipticKey, type MadeKey, rsaKey } from "../support/signingKeys.ts"

const tokensOf = (server: StubServer, keys: ReadonlyArray<readonly [kid: string, key: MadeKey]>) =>
  Effect.gen(function* () {
    const [newest, ...older] = yield* Effect.forEach(keys, ([kid, key]) => readSigningKey(key.pem, kid))
    if (newest === undefined) return yield* Effect.die("a key is needed")
    return AccessTokens.layer({ maxWait: Duration.seconds(60) }).pipe(
      Layer.provide(
        Connection.layer({
          environment: "sandbox",
          origin: "https://athena.test",
          credentials: { clientId: "client", keys: [newest, ...older] },
          scope: "athena/service/Athenanet.MDP.*"
        })
      ),
      Layer.provide(server.layer)
    )
  }).pipe(Effect.orDie, Layer.unwrap)

/** The token's value; signing is a promise, which a test clock does not wait for. */
const current = AccessTokens.use((tokens) => tokens.current).pipe(
  Effect.map((token) => Redacted.value(token.value)),
  Effect.forkScoped,
  Effect.flatMap((fiber) =>
    Effect.gen(function* () {
      while (fiber.pollUnsafe() === undefined) {
        yield* Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve)))
        yield* TestClock.adjust("10 millis")
      }
      return yield* Fiber.join(fiber)
    })
  )
)

const partsOf = ({ form }: Sent) => {
  const [header = "", claims = "", signature = ""] = (form["client_assertion"] ?? "").split(".")
  const read = (part: string): Record<string, unknown> => JSON.parse(Buffer.from(part, "base64url").toString())
  return { header: read(header), claims: read(claims), signed: `${header}.${claims}`, signature }
}

const isSignedBy = (sent: Sent, key: KeyObject, hash: string) => {
  const { signature, signed } = partsOf(sent)
  return verify(hash, Buffer.from(signed), { key, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url"))
}

const refused: Answer = { status: 401, body: { error: "invalid_client", error_description: "unknown key" } }
const kidOf = (sent: Sent) => partsOf(sent).header["kid"]
const grantedTo =
  (kid: string) =>
  (sent: Sent): Answer =>
    kidOf(sent) === kid ? { body: { access_token: `token-${sent.index + 1}`, expires_in: 600 } } : refused

describe("private_key_jwt", () => {
  it.effect("proves the client by a signed statement that is good for one request and two minutes", () => {
    const server = stubServer()
    const key = rsaKey()
    return Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-03-01T10:00:00.900Z"))
      yield* current
      const [sent] = server.tokenRequests
      if (sent === undefined) return assert.fail("no token was asked for")
      assert.isUndefined(sent.headers["authorization"])
      const { client_assertion: _assertion, ...form } = sent.form
      assert.deepStrictEqual(form, {
        grant_type: "client_credentials",
        scope: "athena/service/Athenanet.MDP.*",
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
      })
      const { claims, header } = partsOf(sent)
      assert.deepStrictEqual(header, { alg: "RS384", kid: "2026-11", typ: "JWT" })
      const { exp, jti, ...others } = claims
      assert.deepStrictEqual(others, { iss: "client", sub: "client", aud: "https://athena.test/oauth2/v1/token" })
      assert.approximately(Number(exp), Date.parse("2026-03-01T10:02:00Z") / 1000, 1)
      assert.match(String(jti), /^[0-9a-f-]{36}$/)
      assert.isTrue(isSignedBy(sent, key.publicKey, "sha384"))
    }).pipe(Effect.provide(tokensOf(server, [["2026-11", key]])))
  })

  it.effect("signs with a P-384 key as JOSE has it", () => {
    const server = stubServer()
    const key = ellipticKey()
    return Effect.gen(function* () {
      yield* current
      assert.isTrue(server.tokenRequests.every((sent) => isSignedBy(sent, key.publicKey, "sha384")))
      assert.strictEqual(server.tokenRequests.length, 1)
    }).pipe(Effect.provide(tokensOf(server, [["a", key]])))
  })

  it.effect("signs anew for every attempt", () => {
    const server = stubServer({
      token: (sent) => (sent.index < 2 ? { status: 503 } : { body: { access_token: "t", expires_in: 600 } })
    })
    return Effect.gen(function* () {
      yield* current
      const jtis = server.tokenRequests.map((sent) => partsOf(sent).claims["jti"])
      assert.strictEqual(new Set(jtis).size, 3)
    }).pipe(Effect.provide(tokensOf(server, [["a", ellipticKey()]])))
  })

  it.effect("tries the newest key each time, and the older one where it is refused", () => {
    let live = "old"
    const server = stubServer({ token: (sent) => grantedTo(live)(sent) })
    const logged: Array<string> = []
    const logger = Logger.make((options) => void logged.push(inspect(options.message)))
    return Effect.gen(function* () {
      assert.strictEqual(yield* current, "token-2")
      assert.deepStrictEqual(server.tokenRequests.map(kidOf), ["new", "old"])
      assert.lengthOf(logged, 1)
      live = "new"
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual(yield* current, "token-3")
      assert.deepStrictEqual(server.tokenRequests.map(kidOf), ["new", "old", "new"])
    }).pipe(
      Effect.provide([
        Logger.layer([logger]),
        tokensOf(server, [
          ["new", ellipticKey()],
          ["old", rsaKey()]
        ])
      ])
    )
  })

  it.effect("names the keys that were refused and what to check, and nothing of them", () => {
    const server = stubServer({ token: () => refused })
    const keys = [ellipticKey(), rsaKey()] as const
    return Effect.gen(function* () {
      const exit = yield* Effect.exit(current)
      const printed = inspect(exit, { depth: 20 }) + JSON.stringify(exit)
      if (Exit.isSuccess(exit)) return assert.fail("a token was given")
      const error = yield* Effect.flip(exit)
      assert.strictEqual(error._tag, "InvalidCredentials")
      assert.match(error.message, /\(invalid_client\), signed with keys new, then old\. Check that the public key/)
      assert.notInclude(printed + error.message, "eyJ")
    }).pipe(
      Effect.provide(
        tokensOf(server, [
          ["new", keys[0]],
          ["old", keys[1]]
        ])
      )
    )
  })

  it.effect("does not ask with the older key where it is the scope that is refused", () => {
    const server = stubServer({ token: () => ({ status: 400, body: { error: "invalid_scope" } }) })
    return Effect.gen(function* () {
      const error = yield* Effect.flip(current)
      assert.match(error.message, /\(invalid_scope\), signed with key new\./)
      assert.strictEqual(server.tokenRequests.length, 1)
    }).pipe(
      Effect.provide(
        tokensOf(server, [
          ["new", ellipticKey()],
          ["old", ellipticKey()]
        ])
      )
    )
  })
})
