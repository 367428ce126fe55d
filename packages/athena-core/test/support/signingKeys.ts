/** Private keys made for a test, in the forms in which they are kept, and what the vendor would hold of them. */
import { generateKeyPairSync, type KeyObject } from "node:crypto"

export interface MadeKey {
  /** As PKCS#8. */
  readonly pem: string
  readonly jwk: (members?: object) => string
  readonly publicKey: KeyObject
}

const made = ({
  privateKey,
  publicKey
}: {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}): MadeKey => ({
  pem: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  jwk: (members = {}) => JSON.stringify({ ...privateKey.export({ format: "jwk" }), ...members }),
  publicKey
})

export const ellipticKey = (namedCurve: "P-256" | "P-384" | "P-521" = "P-384"): MadeKey =>
  made(generateKeyPairSync("ec", { namedCurve }))

export const rsaKey = (modulusLength = 2048): MadeKey => made(generateKeyPairSync("rsa", { modulusLength }))
