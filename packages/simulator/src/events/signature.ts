/**
 * `X-Hub-Signature` (dossier H.7): the method, `=`, and the hex of the HMAC over the body's bytes, keyed by the secret that the
 * subscription was made with. Written down here once more, and not taken from the client, so that the two cannot agree on a
 * mistake.
 */
import { createHmac } from "node:crypto"
import type { NotificationFault } from "./NotificationPlan.ts"

/** The header's value; `undefined` where there is none: no secret was given, or a fault leaves it out. */
export const signatureOf = (
  body: Uint8Array,
  secret: string | undefined,
  faults: ReadonlyArray<NotificationFault>
): string | undefined => {
  if (secret === undefined) return undefined
  const as = faults.find((fault) => fault.kind === "signature")?.as
  const hex = (method: string, key = secret) => createHmac(method, key).update(body).digest("hex")
  switch (as) {
    case undefined:
      return `sha256=${hex("sha256")}`
    case "missing":
      return undefined
    case "wrong":
      return `sha256=${hex("sha256", `not ${secret}`)}`
    case "upper-case":
      return `sha256=${hex("sha256").toUpperCase()}`
    case "unknown-method":
      return `sha9000=${hex("sha256")}`
    default:
      return `${as}=${hex(as)}`
  }
}
