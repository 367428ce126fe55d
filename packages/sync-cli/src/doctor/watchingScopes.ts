/**
 * What athenahealth's token endpoint granted. The client that asks for tokens keeps the token and nothing else of the answer;
 * so the answer is looked at on its way there.
 */
import { Effect, Option, Schema } from "effect"
import { HttpClient, HttpClientResponse } from "effect/http"

const Granted = Schema.fromJsonString(Schema.Struct({ scope: Schema.optionalKey(Schema.String) }))
const decode = Schema.decodeUnknownOption(Granted)

/** `client`, and the scopes of the last token that went through it: none where the answer does not say. */
export const watchingScopes = (client: HttpClient.HttpClient) => {
  let granted: ReadonlySet<string> | undefined
  const watching = HttpClient.transformResponse(
    client,
    Effect.flatMap((response) => {
      const isToken = new URL(response.request.url).pathname.endsWith("/oauth2/v1/token")
      if (!isToken || response.status !== 200) return Effect.succeed(response)
      return Effect.map(response.text, (text) => {
        const scope = Option.flatMapNullishOr(decode(text), (answer) => answer.scope)
        granted = Option.getOrUndefined(Option.map(scope, (names) => new Set(names.split(" "))))
        const { headers, request, status } = response
        return HttpClientResponse.fromWeb(request, new Response(text, { status, headers }))
      })
    })
  )
  return { client: watching, granted: () => granted }
}
