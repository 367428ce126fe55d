import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readSigningKey } from "../../src/credentials/SigningKey.ts"
import { ellipticKey, rsaKey } from "../support/signingKeys.ts"

const algOf = (text: string, kid?: string) => Effect.map(readSigningKey(text, kid), ({ alg, kid }) => `${alg} ${kid}`)
const refusal = (text: string, kid?: string) => Effect.map(Effect.flip(readSigningKey(text, kid)), (e) => e.message)

describe("a signing key", () => {
  it.effect("is read from PEM or JWK, its algorithm from what it is", () =>
    Effect.gen(function* () {
      const rsa = rsaKey()
      assert.strictEqual(yield* algOf(rsa.pem, "a"), "RS384 a")
      assert.strictEqual(yield* algOf(rsa.jwk({ kid: "b" })), "RS384 b")
      assert.strictEqual(yield* algOf(rsa.jwk({ kid: "b", alg: "RS256", use: "sig", key_ops: ["sign"] })), "RS256 b")
      assert.strictEqual(yield* algOf(`\n${ellipticKey("P-384").pem}\n\n`, "c"), "ES384 c")
      assert.strictEqual(yield* algOf(ellipticKey("P-256").pem, "d"), "ES256 d")
      assert.strictEqual(yield* algOf(ellipticKey("P-256").jwk(), "_-thumb.print:1"), "ES256 _-thumb.print:1")
    })
  )

  it.effect("is refused with what it must be, and nothing of it", () =>
    Effect.gen(function* () {
      const key = ellipticKey()
      const secret = JSON.parse(key.jwk()).d as string
      const cases: ReadonlyArray<readonly [expected: RegExp, text: string, kid?: string]> = [
        [/kid/, key.pem],
        [/kid/, key.jwk()],
        [/kid/, key.jwk({ kid: "a b" })],
        [/the kid that is in it/, key.jwk({ kid: "one" }), "other"],
        [/2048 bits/, rsaKey(1024).pem, "a"],
        [/P-384/, ellipticKey("P-521").jwk({ kid: "a" })],
        [/PKCS#8/, ellipticKey("P-521").pem, "a"],
        [/ES384/, key.jwk({ kid: "a", alg: "ES256" })],
        [/PKCS#8/, key.publicKey.export({ format: "pem", type: "spki" }).toString(), "a"],
        [/PKCS#8/, JSON.stringify({ ...key.publicKey.export({ format: "jwk" }), kid: "a" })],
        [/PKCS#8/, key.jwk({ kid: "a", d: `${secret.slice(0, -4)}!` })],
        [/PKCS#8/, key.pem.replace(/\n.{20}/, "\n"), "a"],
        [/PKCS#8/, "", "a"],
        [/PKCS#8/, "{", "a"]
      ]
      for (const [expected, text, kid] of cases) {
        const message = yield* refusal(text, kid)
        assert.match(message, expected)
        assert.notInclude(message, secret.slice(0, 12))
      }
    })
  )

  it.effect("prints as its algorithm, whichever way it is printed", () =>
    Effect.gen(function* () {
      const { jwk, pem } = ellipticKey()
      const key = yield* readSigningKey(pem, "a")
      const printed = inspect(key, { depth: 20, showHidden: true }) + JSON.stringify(key) + String(key.privateKey)
      const { d } = JSON.parse(jwk()) as { d: string }
      const bytes = Buffer.from(d, "base64url")
      assert.notInclude(printed, d.slice(0, 12))
      assert.notInclude(printed, bytes.toString("hex").slice(0, 16))
      assert.notInclude(printed, [...bytes.subarray(0, 6)].join(","))
      assert.notInclude(printed.replaceAll(/\s/g, ""), [...bytes.subarray(0, 6)].join(","))
    })
  )
})
