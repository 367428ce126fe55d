/**
 * One request on the wire, without any of its own traces: the HTTP client's span and its error text carry the URL, whose
 * path and query name patients. What comes out are status, headers and body, or a code of what went wrong.
 */
import { type Duration, Effect, Predicate, Stream } from "effect"
import { HttpClient, type HttpClientError, type HttpClientRequest, type HttpClientResponse } from "effect/http"
import { TimedOut, Unreachable } from "../errors/AthenaError.ts"
import { PieceDecoder } from "./BodyText.ts"
import type { RawAnswer } from "./RawAnswer.ts"

/** `ECONNREFUSED`, `UND_ERR_SOCKET` …, found anywhere in the chain of causes; never its text. */
const codeOf = (error: unknown, depth = 0): string => {
  if (depth > 5 || !Predicate.isObject(error)) return "CONNECTION_LOST"
  const { code, cause, reason } = error as { code?: unknown; cause?: unknown; reason?: unknown }
  if (typeof code === "string" && /^[A-Z][A-Z0-9_]{2,40}$/.test(code)) return code
  return codeOf(cause ?? reason, depth + 1)
}

/** Piece after piece, as they arrive. */
const readBody = (response: HttpClientResponse.HttpClientResponse) =>
  Effect.suspend(() => {
    const reader = new PieceDecoder()
    return Stream.runForEachArray(response.stream, (pieces) =>
      Effect.sync(() => {
        for (const piece of pieces) reader.add(piece)
      })
    ).pipe(
      Effect.catchIf(
        (error) => error.reason._tag === "EmptyBodyError",
        () => Effect.void
      ),
      Effect.map(() => reader.finish())
    )
  })

const read = (client: HttpClient.HttpClient, request: HttpClientRequest.HttpClientRequest) =>
  Effect.flatMap(client.execute(request), (response) =>
    Effect.map(readBody(response), (body): RawAnswer => ({ status: response.status, headers: response.headers, body }))
  )

/** Sends and reads the whole answer. Fails with `TimedOut` after `timeout`, with `Unreachable` when the line breaks. */
export const send = (
  client: HttpClient.HttpClient,
  request: HttpClientRequest.HttpClientRequest,
  timeout: Duration.Duration
): Effect.Effect<RawAnswer, TimedOut | Unreachable> =>
  read(client, request).pipe(
    Effect.provideService(HttpClient.TracerDisabledWhen, () => true),
    Effect.provideService(HttpClient.TracerPropagationEnabled, false),
    Effect.mapError((error: HttpClientError.HttpClientError) => new Unreachable({ code: codeOf(error) })),
    Effect.timeoutOrElse({ duration: timeout, orElse: () => Effect.fail(new TimedOut()) })
  )
