/**
 * Judges the statement by which an app proves itself (RFC 7523 section 3, with what SMART Backend Services adds): signed by
 * a registered key under its `kid` and an algorithm of that key, `iss` and `sub` the client id, `aud` this token endpoint,
 * `exp` ahead and by no more than five minutes, `jti` never seen before.
 */
import { createPublicKey, type JsonWebKey, verify } from "node:crypto"
import type { SimulatedClient } from "./SimulatedClient.ts"

/** The client whose statement it is, or why it is none. */
export type Judgement = { readonly client: SimulatedClient } | { readonly refused: string }

const longestLifeSeconds = 300
/** Clocks are never quite the same. */
const toleranceSeconds = 5

const hashes: Readonly<Record<string, { readonly kty: string; readonly crv?: string; readonly hash: string }>> = {
  RS256: { kty: "RSA", hash: "sha256" },
  RS384: { kty: "RSA", hash: "sha384" },
  ES256: { kty: "EC", crv: "P-256", hash: "sha256" },
  ES384: { kty: "EC", crv: "P-384", hash: "sha384" }
}

export class AssertionJudge {
  /** Client and `jti` of statements that were good, until they run out. */
  readonly #used = new Map<string, number>()

  /** `host` is where the request was sent: the audience is the endpoint there. */
  judge(assertion: string, clients: ReadonlyArray<SimulatedClient>, host: string | undefined, now: number): Judgement {
    const parts = assertion.split(".")
    const header = objectIn(parts[0])
    const claims = objectIn(parts[1])
    if (parts.length !== 3 || header === undefined || claims === undefined) return refused("is no signed JWT")
    const client = clients.find(({ clientId }) => clientId === claims["sub"])
    if (client === undefined || claims["iss"] !== claims["sub"]) return refused("names no client in iss and sub")
    const key = client.publicKeys?.find(({ kid }) => kid === header["kid"])
    if (key === undefined) return refused("has a kid that is not registered for the client")
    const algorithm = hashes[String(header["alg"])]
    if (algorithm?.kty !== key.kty || (algorithm.crv !== undefined && algorithm.crv !== key["crv"])) {
      return refused("has an alg that is not the key's")
    }
    if (!isSigned(parts, key as JsonWebKey, algorithm.hash)) return refused("has a signature that does not verify")
    return this.#claimsRefusal(claims, client, host, now / 1000) ?? { client }
  }

  #claimsRefusal(claims: Claims, client: SimulatedClient, host: string | undefined, now: number) {
    const { aud, exp, iat, jti, nbf } = claims
    if (![aud].flat().some((audience) => isThisEndpoint(audience, host)))
      return refused("has another aud than this endpoint")
    if (typeof exp !== "number") return refused("has no exp")
    if (exp <= now - toleranceSeconds) return refused("has expired")
    if (exp > now + longestLifeSeconds + toleranceSeconds) return refused("has an exp more than five minutes ahead")
    const isOfTheFuture = [iat, nbf].some((time) => typeof time === "number" && time > now + toleranceSeconds)
    if (isOfTheFuture) return refused("is of the future")
    if (typeof jti !== "string" || jti === "") return refused("has no jti")
    const use = `${client.clientId}\n${jti}`
    for (const [known, until] of this.#used) if (until <= now - toleranceSeconds) this.#used.delete(known)
    if (this.#used.has(use)) return refused("was used before")
    this.#used.set(use, exp)
    return undefined
  }
}

type Claims = Readonly<Record<string, unknown>>

const refused = (reason: string) => ({ refused: `The client assertion ${reason}.` })

const objectIn = (part: string | undefined): Claims | undefined => {
  try {
    const value: unknown = JSON.parse(Buffer.from(part ?? "", "base64url").toString("utf8"))
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Claims) : undefined
  } catch {
    return undefined
  }
}

const isSigned = ([header, claims, signature]: ReadonlyArray<string>, jwk: JsonWebKey, hash: string): boolean => {
  try {
    const key = createPublicKey({ key: jwk, format: "jwk" })
    // JOSE has the two numbers of an elliptic signature side by side; RSA does not ask.
    const how = { key, dsaEncoding: "ieee-p1363" } as const
    return verify(hash, Buffer.from(`${header}.${claims}`), how, Buffer.from(signature ?? "", "base64url"))
  } catch {
    return false
  }
}

const isThisEndpoint = (audience: unknown, host: string | undefined): boolean => {
  if (typeof audience !== "string" || !URL.canParse(audience)) return false
  const url = new URL(audience)
  return url.pathname === "/oauth2/v1/token" && url.search === "" && (host === undefined || url.host === host)
}
