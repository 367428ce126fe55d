/**
 * `X-Hub-Signature`: what shows that a notification is the vendor's, and unchanged.
 *
 * What arrived is an `UnverifiedNotification`. `verify` alone makes a `VerifiedNotification` of it, the only thing that
 * can be read, so that nobody reads what anybody may have sent. Neither shows its bytes when it is printed.
 *
 * - The signature covers the body's bytes as they were received; white space behind the last brace counts.
 * - The header names its method. Only `sha256` is taken: a sender that could choose would choose the weakest.
 * - Several secrets may be live, so that one can be exchanged for another. Every one is tried, always, and compared in
 *   constant time: how long it takes says nothing about any of them.
 * - It holds no time and no nonce: what was received once verifies for ever. Event ids tell duplicates.
 *
 * Source: https://github.com/athenahealth/aone-fhir-subscriptions (README, 5.3, and its sample server).
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto"
import { Redacted, Result, Schema } from "effect"

/**
 * The signature does not show that the vendor sent it. To be answered 401, which the vendor sends again for an hour: enough
 * to mend a secret that was set wrong.
 *
 * - `missing`: no header; a subscription that was made without a secret
 * - `malformed`: not `method=` and the hexadecimal digits of its digest
 * - `method`: another method than `sha256`
 * - `mismatch`: made with another secret, or of other bytes
 */
export class SignatureRefused extends Schema.TaggedError<SignatureRefused>()("SignatureRefused", {
  reason: Schema.Literals(["missing", "malformed", "method", "mismatch"])
}) {
  override get message() {
    return explanations[this.reason]
  }
}

const explanations: Readonly<Record<SignatureRefused["reason"], string>> = {
  missing: "The notification is not signed. Subscriptions need a secret (X-Hub-Secret) when they are made.",
  malformed: "The notification's X-Hub-Signature is not of the form sha256=<64 hexadecimal digits>.",
  method: "The notification is signed with another method than sha256, which is not accepted.",
  mismatch: "The notification's signature was made with none of the live secrets, or its body was changed on the way."
}

/** A body and the signature that came with it, from whomever. */
export class UnverifiedNotification {
  readonly #body: Uint8Array
  readonly #signature: string | undefined

  /** `body`: the bytes as received, before anything was decoded. `signature`: the header `X-Hub-Signature`. */
  constructor(body: Uint8Array, signature: string | undefined) {
    this.#body = body
    this.#signature = signature
  }

  /** For `verify` alone. */
  static readonly partsOf = (notification: UnverifiedNotification) => ({
    body: notification.#body,
    signature: notification.#signature
  })

  toString(): string {
    return "<unverified notification>"
  }

  toJSON(): string {
    return this.toString()
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString()
  }
}

class Verified {
  readonly #body: Uint8Array

  constructor(body: Uint8Array) {
    this.#body = body
  }

  static readonly bodyOf = (notification: Verified): Uint8Array => notification.#body

  /** SHA-256 of the body, in hexadecimal digits: names it without showing it. */
  get digest(): string {
    return createHash("sha256").update(this.#body).digest("hex")
  }

  toString(): string {
    return "<verified notification>"
  }

  toJSON(): string {
    return this.toString()
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString()
  }
}

/** A notification that the vendor sent. Only `verify` makes one. */
export type VerifiedNotification = Verified

/** The bytes of a notification. For `readNotification`; they hold names of users. */
export const bodyOf = (notification: VerifiedNotification): Uint8Array => Verified.bodyOf(notification)

const acceptedMethod = "sha256"
const headerForm = /^([A-Za-z0-9-]{1,20})=(.*)$/
const digestForm = /^[0-9a-fA-F]{64}$/

const refused = (reason: SignatureRefused["reason"]) => Result.fail(new SignatureRefused({ reason }))

/**
 * Checks the signature against every live secret. Fails with what is wrong, and says of no secret anything. An empty secret
 * signs nothing.
 */
export const verify = (
  notification: UnverifiedNotification,
  secrets: ReadonlyArray<Redacted.Redacted>
): Result.Result<VerifiedNotification, SignatureRefused> => {
  const { body, signature } = UnverifiedNotification.partsOf(notification)
  if (signature === undefined || signature.trim() === "") return refused("missing")
  const [, method, digits] = headerForm.exec(signature.trim()) ?? []
  if (method === undefined || digits === undefined) return refused("malformed")
  if (method.toLowerCase() !== acceptedMethod) return refused("method")
  if (!digestForm.test(digits)) return refused("malformed")
  const told = Buffer.from(digits, "hex")
  let isGenuine = false
  for (const secret of secrets) {
    const key = Redacted.value(secret)
    const isSame = timingSafeEqual(createHmac(acceptedMethod, key).update(body).digest(), told)
    isGenuine = (isSame && key !== "") || isGenuine
  }
  return isGenuine ? Result.succeed(new Verified(body)) : refused("mismatch")
}
