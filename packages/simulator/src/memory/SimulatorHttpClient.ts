/**
 * The simulator behind Effect's `HttpClient`, without a socket. The origin of a URL is ignored; where one has to
 * be written, use `origin`. Resets fail as a `TransportError`, a hang never ends, a connection that is reset
 * within the body fails when the body is read, all as over a socket.
 */
import { Effect, Layer } from "effect"
import { HttpClient, HttpClientError, type HttpClientRequest, HttpClientResponse } from "effect/http"
import { answerControl, isControlPath } from "../control/answerControl.ts"
import type { SimulatedAnswer, SimulatedResponse } from "../http/SimulatedResponse.ts"
import { Simulator } from "../Simulator.ts"

const layer: Layer.Layer<HttpClient.HttpClient, never, Simulator> = Layer.effect(
  HttpClient.HttpClient,
  Effect.map(Simulator, (simulator) =>
    HttpClient.make((request, url) => {
      const simulated = {
        method: request.method,
        path: url.pathname + url.search,
        headers: { host: url.host, ...request.headers },
        body: bodyText(request)
      }
      const answered: Effect.Effect<SimulatedResponse> = isControlPath(simulated.path)
        ? answerControl(simulator, simulated)
        : simulator.handle(simulated)
      return Effect.flatMap(answered, (response) => received(request, response))
    })
  )
)

const received = (
  request: HttpClientRequest.HttpClientRequest,
  response: SimulatedResponse
): Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError> => {
  switch (response._tag) {
    case "Hang":
      return Effect.never
    case "Reset":
      return Effect.fail(
        new HttpClientError.HttpClientError({
          reason: new HttpClientError.TransportError({ request, description: "The connection was reset" })
        })
      )
    case "Answer":
      return Effect.succeed(HttpClientResponse.fromWeb(request, webResponse(response)))
  }
}

const webResponse = (answer: SimulatedAnswer): Response => {
  const { body, breakAfter, headers, status } = answer
  if (status === 204) return new Response(null, { status, headers })
  return new Response(breakAfter === undefined ? body : brokenBody(body, breakAfter), { status, headers })
}

const brokenBody = (body: string, after: number): ReadableStream<Uint8Array> => {
  const bytes = new TextEncoder().encode(body)
  let sent = false
  return new ReadableStream({
    pull(controller) {
      if (sent) return controller.error(new Error("The connection was reset"))
      sent = true
      controller.enqueue(bytes.slice(0, Math.max(1, Math.floor(bytes.length * after))))
    }
  })
}

const bodyText = (request: HttpClientRequest.HttpClientRequest): string => {
  const { body } = request
  if (body._tag === "Uint8Array") return new TextDecoder().decode(body.body)
  return body._tag === "Raw" && typeof body.body === "string" ? body.body : ""
}

export const SimulatorHttpClient = {
  /** An origin that resolves nowhere, for URLs that only the in-memory client answers. */
  origin: "http://simulator.invalid",
  /** Answers every request of the `HttpClient` it provides from the `Simulator` it is given. */
  layer
} as const
