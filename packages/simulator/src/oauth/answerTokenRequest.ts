/**
 * `POST /oauth2/v1/token`: client credentials by basic or post authentication (dossier A.3, A.4). Error bodies
 * are RFC 6749's [assumed].
 */
import type { SimulatedRequest } from "../http/SimulatedRequest.ts"
import type { TokenStore } from "./TokenStore.ts"

export interface TokenSettings {
  readonly clientId: string
  readonly clientSecret: string
  readonly lifetimeSeconds: number
  readonly expiresIn: "number" | "string" | "mixed"
  readonly tokensPerMinute: number
}

export interface TokenAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export const answerTokenRequest = (
  request: SimulatedRequest,
  tokens: TokenStore,
  settings: TokenSettings,
  now: number
): TokenAnswer => {
  const left = tokens.countRequest(now, settings.tokensPerMinute)
  // Here the pair describes the minute; on the API it describes the day.
  const headers = {
    "X-RateLimit-Limit": String(settings.tokensPerMinute),
    "X-RateLimit-Remaining": String(Math.max(0, left))
  }
  const refuse = (status: number, error: string, description: string) => ({
    status,
    headers,
    body: JSON.stringify({ error, error_description: description })
  })
  if (left < 0) {
    const fault = {
      faultstring: "Rate limit quota violation",
      detail: { errorcode: "policies.ratelimit.QuotaViolation" }
    }
    return { status: 429, headers, body: JSON.stringify({ fault }) }
  }
  const form = new URLSearchParams(request.body)
  const [id, secret] = basicCredentials(request.headers["authorization"]) ?? [
    form.get("client_id"),
    form.get("client_secret")
  ]
  if (id !== settings.clientId || secret !== settings.clientSecret) {
    return refuse(401, "invalid_client", "The client secret supplied for a confidential client is invalid.")
  }
  if (!(request.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded")) {
    return refuse(400, "invalid_request", "The content type must be application/x-www-form-urlencoded.")
  }
  const grant = form.get("grant_type")
  if (grant === null) return refuse(400, "invalid_request", "The grant type is missing.")
  if (grant !== "client_credentials") return refuse(400, "unsupported_grant_type", "The grant type is not supported.")
  const scopes = (form.get("scope") ?? "").split(" ").filter((scope) => scope !== "")
  if (scopes.length === 0 || !scopes.every((scope) => knownScope.test(scope))) {
    return refuse(400, "invalid_scope", "One or more scopes are not configured for the authorization server resource.")
  }
  const token = tokens.issue(now, settings.lifetimeSeconds, scopes)
  const asText = settings.expiresIn === "string" || (settings.expiresIn === "mixed" && tokens.issued % 2 === 0)
  const body = {
    token_type: "Bearer",
    expires_in: asText ? String(settings.lifetimeSeconds) : settings.lifetimeSeconds,
    access_token: token.value,
    scope: scopes.join(" ")
  }
  return { status: 200, headers, body: JSON.stringify(body) }
}

/** The scope that opens `/v1`. */
export const apiScope = "athena/service/Athenanet.MDP.*"

const knownScope = /^(athena\/service\/Athenanet\.MDP\.\*|system\/[A-Za-z*]+\.(read|write|rs|c?r?u?d?s?))$/

const basicCredentials = (header: string | undefined): readonly [string, string] | undefined => {
  const encoded = /^Basic\s+(\S+)$/i.exec(header ?? "")?.[1]
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, "base64").toString("utf8")
  const colon = text.indexOf(":")
  return colon < 0 ? undefined : [text.slice(0, colon), text.slice(colon + 1)]
}
