import { createHash, generateKeyPairSync, randomUUID, sign } from "node:crypto"
import type { SimulatedClient } from "@athena-engine/simulator/oauth/SimulatedClient"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { TestClock } from "effect/testing"
import { answerTo } from "../support/asking.ts"

const host = "athena.test"
const elliptic = generateKeyPairSync("ec", { namedCurve: "P-384" })
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 })
const stranger = generateKeyPairSync("ec", { namedCurve: "P-384" })

const publicJwk = (key: typeof rsa.publicKey, kid: string) => {
  const { kty, ...members } = key.export({ format: "jwk" })
  return { ...members, kty: kty === "RSA" ? ("RSA" as const) : ("EC" as const), kid }
}

const client: SimulatedClient = {
  clientId: "an-app",
  publicKeys: [publicJwk(elliptic.publicKey, "new"), publicJwk(rsa.publicKey, "old")],
  practices: ["195901"]
}

interface Statement {
  readonly header?: object
  readonly claims?: object
  readonly key?: typeof rsa.privateKey
  readonly form?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url")

const assertionOf = ({ claims, header, key = elliptic.privateKey }: Statement, now: number) => {
  const statement = `${part({ alg: key === rsa.privateKey ? "RS384" : "ES384", kid: "new", ...header })}.${part({
    iss: "an-app",
    sub: "an-app",
    aud: `https://${host}/oauth2/v1/token`,
    exp: now / 1000 + 120,
    jti: randomUUID(),
    ...claims
  })}`
  const signature = sign("sha384", Buffer.from(statement), { key, dsaEncoding: "ieee-p1363" })
  return `${statement}.${signature.toString("base64url")}`
}

const askWith = (assertion: string, { form = {}, headers = {} }: Statement = {}) =>
  answerTo({
    method: "POST",
    path: "/oauth2/v1/token",
    headers: { "content-type": "application/x-www-form-urlencoded", host, ...headers },
    body: new URLSearchParams({
      grant_type: "client_credentials",
      scope: "athena/service/Athenanet.MDP.*",
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: assertion,
      ...form
    }).toString()
  })

const ask = (statement: Statement = {}) =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => askWith(assertionOf(statement, now), statement))

const unlimited = Simulator.layer({ clients: [client], limits: { tokensPerMinute: 1000 } })
const startOn = TestClock.setTime(Date.parse("2026-03-01T10:00:00Z"))

describe("private_key_jwt at the token endpoint", () => {
  it.effect("takes a statement signed by any registered key, which opens the practices that authorised the app", () =>
    Effect.gen(function* () {
      yield* startOn
      assert.strictEqual((yield* ask()).status, 200)
      assert.strictEqual((yield* ask({ form: { client_id: "an-app" } })).status, 200)
      const answer = yield* ask({ key: rsa.privateKey, header: { kid: "old" } })
      assert.strictEqual(answer.status, 200)
      const authorization = `Bearer ${JSON.parse(answer.body).access_token}`
      const ping = (practice: string) =>
        answerTo({ method: "GET", path: `/v1/${practice}/ping`, headers: { authorization }, body: "" })
      assert.strictEqual((yield* ping("195901")).status, 200)
      assert.strictEqual((yield* ping("195900")).status, 401)
    }).pipe(Effect.provide(unlimited))
  )

  it.effect("refuses every statement that RFC 7523 would have refused, as an invalid client, and says why", () =>
    Effect.gen(function* () {
      yield* startOn
      const now = Date.parse("2026-03-01T10:00:00Z") / 1000
      const thumbprint = createHash("sha256").update("x").digest("base64url")
      const cases: ReadonlyArray<readonly [reason: RegExp, statement: Statement]> = [
        [/signature/, { key: stranger.privateKey }],
        [/kid/, { header: { kid: thumbprint } }],
        [/kid/, { header: { kid: undefined } }],
        [/alg/, { header: { alg: "none" } }],
        [/alg/, { header: { alg: "HS256" } }],
        [/alg/, { header: { alg: "ES256" } }],
        [/alg/, { key: rsa.privateKey, header: { kid: "new" } }],
        [/no client/, { claims: { sub: "another" } }],
        [/no client/, { claims: { iss: "another" } }],
        [/aud/, { claims: { aud: undefined } }],
        [/aud/, { claims: { aud: "https://athena.test" } }],
        [/aud/, { claims: { aud: "https://other.test/oauth2/v1/token" } }],
        [/no exp/, { claims: { exp: undefined } }],
        [/no exp/, { claims: { exp: "soon" } }],
        [/expired/, { claims: { exp: now - 60 } }],
        [/five minutes/, { claims: { exp: now + 3600 } }],
        [/future/, { claims: { iat: now + 60 } }],
        [/no jti/, { claims: { jti: undefined } }],
        [/more than one way/, { form: { client_secret: "x" } }],
        [/more than one way/, { headers: { authorization: `Basic ${btoa("an-app:x")}` } }],
        [/client_id/, { form: { client_id: "another" } }],
        [/client_assertion_type/, { form: { client_assertion_type: "jwt" } }]
      ]
      for (const [reason, statement] of cases) {
        const answer = yield* ask(statement)
        assert.strictEqual(answer.status, 401, `${reason}`)
        const { error, error_description } = JSON.parse(answer.body)
        assert.strictEqual(error, "invalid_client")
        assert.match(error_description, reason)
      }
      for (const nonsense of ["", "a.b.c", "e30.e30", "e30.e30.e30", "null.null.null"]) {
        assert.strictEqual((yield* askWith(nonsense)).status, 401)
      }
    }).pipe(Effect.provide(unlimited))
  )

  it.effect("takes a statement once", () =>
    Effect.gen(function* () {
      yield* startOn
      const assertion = assertionOf({}, Date.parse("2026-03-01T10:00:00Z"))
      assert.strictEqual((yield* askWith(assertion)).status, 200)
      yield* TestClock.adjust("100 seconds")
      const again = yield* askWith(assertion)
      assert.strictEqual(again.status, 401)
      assert.match(again.body, /was used before/)
      // Another statement of the same jti is the same statement; once it has run out it is refused for that.
      yield* TestClock.adjust("1 minute")
      assert.match((yield* askWith(assertion)).body, /has expired/)
    }).pipe(Effect.provide(unlimited))
  )

  it.effect("gives an app with keys nothing for a secret", () =>
    Effect.gen(function* () {
      for (const secret of ["", "undefined", "simulator-secret"]) {
        const answer = yield* answerTo({
          method: "POST",
          path: "/oauth2/v1/token",
          headers: {
            "content-type": "application/x-www-form-urlencoded",
            authorization: `Basic ${btoa(`an-app:${secret}`)}`
          },
          body: "grant_type=client_credentials&scope=athena/service/Athenanet.MDP.*"
        })
        assert.strictEqual(answer.status, 401)
      }
    }).pipe(Effect.provide(unlimited))
  )
})
