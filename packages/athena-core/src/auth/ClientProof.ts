/**
 * How a request for a token says who asks: by a secret in HTTP Basic, or by a statement signed anew for each request.
 */
import { Effect, Layer, Redacted } from "effect"
import { HttpClientRequest } from "effect/http"
import type { ClientCredentials } from "../credentials/ClientCredentials.ts"
import type { SigningKey } from "../credentials/SigningKey.ts"
import { clientAssertion, signatures } from "./clientAssertion.ts"

export interface ClientProof {
  readonly authorize: (request: HttpClientRequest.HttpClientRequest) => HttpClientRequest.HttpClientRequest
  /** What it adds to the form. */
  readonly form: Readonly<Record<string, string>>
}

/** One way of saying it. */
export interface ProofMaker {
  /** The key that signs, where one does. */
  readonly kid: string | undefined
  /** A proof that is good for one request. */
  readonly proof: Effect.Effect<ClientProof>
}

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

/** The ways that the credentials allow, in the order in which they are tried. */
export const proofsOf = Effect.fnUntraced(function* (credentials: ClientCredentials, endpoint: string) {
  if ("clientSecret" in credentials) {
    const authorize = HttpClientRequest.basicAuth(credentials.clientId, Redacted.value(credentials.clientSecret))
    const proof: ProofMaker = { kid: undefined, proof: Effect.succeed({ authorize, form: {} }) }
    return [proof] as const
  }
  const signing = yield* Layer.build(signatures)
  const proofOf = (key: SigningKey): ProofMaker => ({
    kid: key.kid,
    proof: clientAssertion(credentials.clientId, key, endpoint).pipe(
      Effect.map((assertion) => ({
        authorize: (request: HttpClientRequest.HttpClientRequest) => request,
        form: { client_assertion_type: assertionType, client_assertion: Redacted.value(assertion) }
      })),
      Effect.provide(signing)
    )
  })
  const [newest, ...older] = credentials.keys
  return [proofOf(newest), ...older.map(proofOf)] as const
})
