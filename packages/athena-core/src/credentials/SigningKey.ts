/**
 * A private key that an app signs its requests for tokens with, read from PEM (PKCS#8) or JWK.
 *
 * The key is opaque: printed, logged or inspected it shows its algorithm and nothing else. The algorithm follows from the
 * key: RSA of 2,048 bits or more signs RS384, P-384 ES384 (the two that SMART asks every server to take), P-256 ES256. A
 * JWK of RSA may name RS256 in its `alg`.
 *
 * Source: https://docs.athenahealth.com/api/guides/token-endpoint (`private_key_jwt`); which algorithms the vendor takes is
 * not in the pages read, so those of SMART Backend Services are used: https://hl7.org/fhir/smart-app-launch/
 */
import { Effect, Option, Result, Schema } from "effect"
import { KeyFormat, Signature } from "effect/crypto"

export interface SigningKey {
  /** By which the vendor finds the public key among those that are registered for the app. */
  readonly kid: string
  readonly alg: Algorithm
  readonly privateKey: Signature.PrivateKey
}

export type Algorithm = keyof typeof algorithms

const algorithms = {
  RS384: Signature.rsaPkcs1v15Sha384,
  ES384: Signature.ecdsaP384,
  ES256: Signature.ecdsaP256,
  RS256: Signature.rsaPkcs1v15Sha256
} as const

const isAlgorithm = (alg: string): alg is Algorithm => Object.hasOwn(algorithms, alg)

/** Shorter RSA keys are refused by every server that follows RFC 7518. */
const minimumModulusBits = 2048

/** The text holds no key that can be used. */
export class SigningKeyUnusable extends Schema.TaggedError<SigningKeyUnusable>()("SigningKeyUnusable", {
  /** What the text must be; never anything of it. */
  expected: Schema.String
}) {
  override get message() {
    return `the signing key must be ${this.expected}`
  }
}

/** What a key id may look like: it is told in errors and logs, so it must not be able to hold anything else. */
export const isKeyId = (value: unknown): value is string => typeof value === "string" && /^[\w.:-]{1,128}$/.test(value)

const unusable = (expected: string) => new SigningKeyUnusable({ expected })

const anyKey = "an unencrypted private key as PEM (PKCS#8: BEGIN PRIVATE KEY) or as JWK"
const keyId = "given with its key id (kid): letters, digits, dots, colons, dashes and underscores, at most 128"

const tooShort = (key: Signature.PrivateKey): boolean => {
  const algorithm: object = key.algorithm
  return "modulusLength" in algorithm && Number(algorithm.modulusLength) < minimumModulusBits
}

const checked = (kid: string, alg: Algorithm, privateKey: Signature.PrivateKey) =>
  tooShort(privateKey)
    ? Effect.fail(unusable(`an RSA key of at least ${minimumModulusBits} bits, or of P-384 or P-256`))
    : Effect.succeed<SigningKey>({ kid, alg, privateKey })

/** A PEM does not say what it holds to those who cannot read DER: the one algorithm that can read it is the key's. */
const fromPem = Effect.fnUntraced(function* (pem: string, kid: string | undefined) {
  if (!isKeyId(kid)) return yield* unusable(keyId)
  if (pem.includes("ENCRYPTED")) return yield* unusable(anyKey)
  for (const alg of ["RS384", "ES384", "ES256"] as const) {
    const decoded = yield* Effect.option(
      KeyFormat.decodePrivate(KeyFormat.pem(KeyFormat.pkcs8), algorithms[alg] as Signature.Algorithm, pem)
    )
    if (Option.isSome(decoded)) return yield* checked(kid, alg, decoded.value)
  }
  return yield* unusable(anyKey)
})

const Jwk = Schema.fromJsonString(
  Schema.Struct({
    kty: Schema.String,
    d: Schema.String,
    crv: Schema.optionalKey(Schema.String),
    alg: Schema.optionalKey(Schema.String),
    kid: Schema.optionalKey(Schema.String)
  })
)
const decodeJwk = Schema.decodeUnknownResult(Jwk)

const algorithmOf = (jwk: typeof Jwk.Type): Algorithm | undefined => {
  const byType = jwk.kty === "RSA" ? "RS384" : { "P-384": "ES384" as const, "P-256": "ES256" as const }[jwk.crv ?? ""]
  if (jwk.alg === undefined || jwk.alg === byType) return byType
  return jwk.kty === "RSA" && jwk.alg === "RS256" ? "RS256" : undefined
}

const fromJwk = Effect.fnUntraced(function* (text: string, given: string | undefined) {
  const jwk = decodeJwk(text)
  if (Result.isFailure(jwk)) return yield* unusable(anyKey)
  const kid = given ?? jwk.success.kid
  if (!isKeyId(kid)) return yield* unusable(keyId)
  if (jwk.success.kid !== undefined && jwk.success.kid !== kid)
    return yield* unusable("given with the kid that is in it")
  const alg = algorithmOf(jwk.success)
  if (alg === undefined || !isAlgorithm(alg))
    return yield* unusable("a JWK of RSA (RS384, RS256), P-384 (ES384) or P-256 (ES256)")
  const key = yield* Effect.option(
    // What the JWK says of its use is not ours to judge; the members of the key are checked one by one.
    Effect.suspend(() =>
      KeyFormat.decodePrivate(KeyFormat.jwk, algorithms[alg] as Signature.Algorithm, JSON.parse(text))
    )
  )
  return Option.isNone(key) ? yield* unusable(anyKey) : yield* checked(kid, alg, key.value)
})

/** Reads a private key. `kid` may be left out where the text is a JWK that has one. */
export const readSigningKey = (text: string, kid: string | undefined): Effect.Effect<SigningKey, SigningKeyUnusable> =>
  text.trimStart().startsWith("{") ? fromJwk(text, kid) : fromPem(text.trim(), kid)
