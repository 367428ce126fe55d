/**
 * The signed statement by which an app proves itself at the token endpoint (RFC 7523, `private_key_jwt`).
 *
 * `iss` and `sub` are the client id, `aud` is the URL of the token endpoint, `jti` is used once, `exp` is two minutes ahead:
 * of the five that SMART allows, three are left for a server whose clock is behind ours, and two for one that is ahead. There
 * is no `iat`, for a server whose clock is behind would take it for a statement from the future.
 *
 * Source: https://docs.athenahealth.com/api/guides/token-endpoint; the claims are those of SMART Backend Services, since the
 * vendor's page does not list them.
 */
import { Clock, Effect, Layer, Redacted } from "effect"
import { SecureRandom, Signature } from "effect/crypto"
import { Base64Url } from "effect/encoding"
import type { SigningKey } from "../credentials/SigningKey.ts"

const lifetimeSeconds = 120

/** Nobody can give a signature but with this. */
export const signatures = Signature.layerWebCrypto.pipe(Layer.provideMerge(SecureRandom.layerWebCrypto))

const part = (content: object) => Base64Url.encode(JSON.stringify(content))

/** A new statement, good for one request. Whoever has it can have a token: it goes nowhere but into the request. */
export const clientAssertion = Effect.fnUntraced(function* (
  clientId: string,
  { alg, kid, privateKey }: SigningKey,
  audience: string
) {
  const random = yield* SecureRandom.SecureRandom
  const now = yield* Clock.currentTimeMillis
  const statement = `${part({ alg, kid, typ: "JWT" })}.${part({
    iss: clientId,
    sub: clientId,
    aud: audience,
    jti: yield* random.uuidV4({ format: "string" }),
    exp: Math.floor(now / 1000) + lifetimeSeconds
  })}`
  const { sign } = yield* Signature.Signature
  // The key was read whole when the program started; that it cannot sign is a broken invariant.
  const signature = yield* Effect.orDie(sign(privateKey, new TextEncoder().encode(statement)))
  return Redacted.make(`${statement}.${Base64Url.encode(signature)}`, { label: "client assertion" })
})
