/**
 * `POST /oauth2/v1/token`: client credentials, by a secret or by a signed statement (dossier A.3, A.4). Error bodies
 * are RFC 6749's [assumed].
 */
import type { SimulatedRequest } from "../http/SimulatedRequest.ts"
import type { AssertionJudge } from "./AssertionJudge.ts"
import { authenticateClient } from "./authenticateClient.ts"
import type { SimulatedClient } from "./SimulatedClient.ts"
import type { TokenStore } from "./TokenStore.ts"

export interface TokenSettings {
  readonly clients: ReadonlyArray<SimulatedClient>
  readonly assertions: AssertionJudge
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
  const authenticated = authenticateClient(request, form, settings.clients, settings.assertions, now)
  if ("refused" in authenticated) return refuse(401, "invalid_client", authenticated.refused)
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
  const token = tokens.issue(now, settings.lifetimeSeconds, scopes, authenticated.client)
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
