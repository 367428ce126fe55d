/**
 * Who asks for a token: `client_secret_basic`, `client_secret_post` or `private_key_jwt` (dossier A.3), and only one of them
 * in a request (RFC 6749 section 2.3).
 */
import type { SimulatedRequest } from "../http/SimulatedRequest.ts"
import type { AssertionJudge, Judgement } from "./AssertionJudge.ts"
import type { SimulatedClient } from "./SimulatedClient.ts"

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

export const authenticateClient = (
  request: SimulatedRequest,
  form: URLSearchParams,
  clients: ReadonlyArray<SimulatedClient>,
  judge: AssertionJudge,
  now: number
): Judgement => {
  const basic = basicCredentials(request.headers["authorization"])
  const assertion = form.get("client_assertion")
  if (assertion === null) {
    const [id, secret] = basic ?? [form.get("client_id"), form.get("client_secret")]
    const client = clients.find(({ clientId }) => clientId === id)
    return client?.clientSecret !== undefined && client.clientSecret === secret ? { client } : wrongSecret
  }
  if (form.get("client_assertion_type") !== assertionType) return { refused: "The client_assertion_type is unknown." }
  if (basic !== undefined || form.has("client_secret")) {
    return { refused: "The request authenticates the client in more than one way." }
  }
  const judged = judge.judge(assertion, clients, request.headers["host"], now)
  const named = form.get("client_id")
  return "client" in judged && named !== null && named !== judged.client.clientId
    ? { refused: "The client_id is not that of the client assertion." }
    : judged
}

const wrongSecret = { refused: "The client secret supplied for a confidential client is invalid." }

const basicCredentials = (header: string | undefined): readonly [string, string] | undefined => {
  const encoded = /^Basic\s+(\S+)$/i.exec(header ?? "")?.[1]
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, "base64").toString("utf8")
  const colon = text.indexOf(":")
  return colon < 0 ? undefined : [text.slice(0, colon), text.slice(colon + 1)]
}
