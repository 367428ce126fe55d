import { makeLeakFinder } from "@athena-engine/testing/leaks/LeakFinder"
import { printed } from "@athena-engine/testing/leaks/printed"
import { assert, describe, it } from "@effect/vitest"
import { Redacted, Result, Schema } from "effect"
import { UnverifiedNotification, verify } from "../../src/events/Signature.ts"
import { bytesOf, sampleSecret, samples, secrets, signatureOf } from "../support/vendorNotification.ts"

const reasonOf = (body: Uint8Array, header: string | undefined, live = secrets) =>
  Result.match(verify(new UnverifiedNotification(body, header), live), {
    onSuccess: () => "verified",
    onFailure: ({ reason }) => reason
  })

const other = Redacted.make("another-secret-of-ours")
const body = bytesOf(samples.appointment)

describe("a signature", () => {
  it.each(Object.entries(samples))("of a notification like the vendor's sample of %s verifies", (_, sample) => {
    const bytes = bytesOf(sample)
    const text = new TextDecoder().decode(bytes)
    assert.isTrue(text.endsWith("} \n"))
    assert.strictEqual(reasonOf(bytes, signatureOf(bytes)), "verified")
    // The space and the line feed behind the last brace are signed.
    assert.strictEqual(reasonOf(Buffer.from(text.trim()), signatureOf(bytes)), "mismatch")
    assert.strictEqual(reasonOf(Buffer.from(text.replaceAll("\n", "\r\n")), signatureOf(bytes)), "mismatch")
  })

  it("is HMAC-SHA-256 as RFC 4231 has it", () => {
    const header = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert.strictEqual(
      reasonOf(Buffer.from("what do ya want for nothing?"), header, [Redacted.make("Jefe")]),
      "verified"
    )
  })

  it.each([
    ["missing", undefined],
    ["missing", ""],
    ["missing", "  "],
    ["malformed", "sha256"],
    ["malformed", "=aa"],
    ["malformed", "sha256="],
    ["malformed", "sha256=abc"],
    ["malformed", `sha256=${"g".repeat(64)}`],
    ["malformed", `${signatureOf(body)}00`],
    ["malformed", signatureOf(body).slice(0, -1)],
    ["malformed", `${signatureOf(body)}, ${signatureOf(body)}`],
    ["malformed", `${"x".repeat(70_000)}=${"a".repeat(64)}`],
    ["malformed", signatureOf(body).slice("sha256=".length)],
    ["method", signatureOf(body, sampleSecret, "sha1")],
    ["method", signatureOf(body, sampleSecret, "sha384")],
    ["method", signatureOf(body, sampleSecret, "sha512")],
    ["method", signatureOf(body).replace("sha256", "sha9000")],
    ["method", signatureOf(body).replace("sha256", "none")],
    ["mismatch", signatureOf(body, "not the secret")],
    ["mismatch", signatureOf(`${new TextDecoder().decode(body)} `)],
    ["mismatch", `sha256=${"0".repeat(64)}`]
  ])("is refused as %s: %.80s", (reason, header) => {
    assert.strictEqual(reasonOf(body, header), reason)
  })

  it("may be written in upper case", () => {
    assert.strictEqual(reasonOf(body, signatureOf(body).toUpperCase()), "verified")
  })

  it("may be made with any live secret, and with no other", () => {
    for (const live of [[other, ...secrets], [...secrets, other], secrets]) {
      assert.strictEqual(reasonOf(body, signatureOf(body), live), "verified")
    }
    assert.strictEqual(reasonOf(body, signatureOf(body), [other]), "mismatch")
    assert.strictEqual(reasonOf(body, signatureOf(body), []), "mismatch")
  })

  it("cannot be made with an empty secret", () => {
    assert.strictEqual(reasonOf(body, signatureOf(body, ""), [Redacted.make("")]), "mismatch")
    assert.strictEqual(reasonOf(body, signatureOf(body), [Redacted.make(""), ...secrets]), "verified")
  })

  it("covers bytes, not text", () => {
    const bytes = Uint8Array.of(0xff, 0xfe, 0x00, 0xc3, 0x28)
    assert.strictEqual(reasonOf(bytes, signatureOf(bytes)), "verified")
    assert.strictEqual(reasonOf(Buffer.from(new TextDecoder().decode(bytes)), signatureOf(bytes)), "mismatch")
  })

  it.prop(
    "does not verify once any bit of the body or of its own digits is another",
    [
      Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: body.length - 1 })),
      Schema.Literals([0, 1, 2, 3, 4, 5, 6, 7])
    ],
    ([at, bit]) => {
      const changed = Uint8Array.from(body)
      changed[at] = (changed[at] ?? 0) ^ (1 << bit)
      assert.strictEqual(reasonOf(changed, signatureOf(body)), "mismatch")
      const digits = Buffer.from(signatureOf(body).slice("sha256=".length), "hex")
      digits[at % 32] = (digits[at % 32] ?? 0) ^ (1 << bit)
      assert.strictEqual(reasonOf(body, `sha256=${digits.toString("hex")}`), "mismatch")
    }
  )

  it.prop("of any header that was not made with a secret is refused, and never throws", [Schema.String], ([header]) => {
    assert.notStrictEqual(reasonOf(body, header), "verified")
    assert.notStrictEqual(reasonOf(body, `sha256=${header}`), "verified")
  })
})

describe("what is printed", () => {
  it("is no byte of a notification and no secret, before it is verified, after it, and when it is refused", () => {
    const unverified = new UnverifiedNotification(body, signatureOf(body))
    const verified = verify(unverified, secrets)
    const refused = verify(new UnverifiedNotification(body, signatureOf(body, "no")), secrets)
    assert.isTrue(Result.isSuccess(verified))
    assert.isTrue(Result.isFailure(refused))
    const { find } = makeLeakFinder([
      "jquillfeather",
      "urn:athenahealth",
      sampleSecret,
      signatureOf(body).slice("sha256=".length)
    ])
    for (const [where, value] of Object.entries({ unverified, verified, refused, secrets })) {
      assert.deepStrictEqual(find(where, printed(value)), [])
    }
    assert.include(printed(verified), "<verified notification>")
    assert.include(printed(refused), "none of the live secrets")
  })

  it("names a verified notification by the digest of its bytes", () => {
    const bytes = Buffer.from("abc")
    const verified = Result.getOrThrow(verify(new UnverifiedNotification(bytes, signatureOf(bytes)), secrets))
    assert.strictEqual(verified.digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  })
})
