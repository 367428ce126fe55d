/**
 * An athenahealth for tests: answers by a function, at once and without promises, so that a `TestClock` sees every
 * moment. Remembers what was asked and when.
 */
import { Clock, Duration, Effect, Layer, Stream } from "effect"
import { HttpClient, HttpClientError, type HttpClientRequest, HttpClientResponse } from "effect/http"

/** One request that reached the server. */
export interface Sent {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  /** The query string as it was sent, with its question mark. */
  readonly search: string
  /** The document of a JSON body. */
  readonly json: unknown
  /** The fields of a form-encoded body. */
  readonly form: Readonly<Record<string, string>>
  readonly token: string | undefined
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Epoch milliseconds. */
  readonly at: number
  /** How many requests came before it, token requests not counted (and the other way round). */
  readonly index: number
}

export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Text as it is, anything else as JSON. */
  readonly body?: unknown
  readonly after?: Duration.Input
  /** There is no line: the connection fails with this code. */
  readonly noLine?: string
}

/** `hang` never answers; `reset` cuts the line. */
export type Answer = Reply | "hang" | "reset"

export interface StubServer {
  /** API requests, oldest first. */
  readonly requests: ReadonlyArray<Sent>
  readonly tokenRequests: ReadonlyArray<Sent>
  readonly layer: Layer.Layer<HttpClient.HttpClient>
}

export interface StubOptions {
  readonly api?: (sent: Sent) => Answer
  /** By default a new token each time, good for an hour. */
  readonly token?: (sent: Sent) => Answer
}

const textOf = (body: unknown): string =>
  body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body)

const respond = (request: HttpClientRequest.HttpClientRequest, reply: Reply) => {
  const status = reply.status ?? 200
  const text = textOf(reply.body)
  const bodyless = status === 204 || status === 304
  const response = HttpClientResponse.fromWeb(
    request,
    new Response(bodyless ? null : text, { status, headers: { ...reply.headers } })
  )
  // The web's own stream is made of promises, which a test clock does not wait for.
  return Object.defineProperty(response, "stream", { value: Stream.succeed(new TextEncoder().encode(text)) })
}

const formOf = ({ body }: HttpClientRequest.HttpClientRequest): Readonly<Record<string, string>> =>
  body._tag === "Uint8Array" && body.contentType === "application/x-www-form-urlencoded"
    ? Object.fromEntries(new URLSearchParams(new TextDecoder().decode(body.body)))
    : {}

const jsonOf = ({ body }: HttpClientRequest.HttpClientRequest): unknown =>
  body._tag === "Uint8Array" && body.contentType === "application/json"
    ? JSON.parse(new TextDecoder().decode(body.body))
    : undefined

const cutLine = (request: HttpClientRequest.HttpClientRequest, code = "ECONNRESET") =>
  new HttpClientError.HttpClientError({
    reason: new HttpClientError.TransportError({
      request,
      cause: Object.assign(new Error(`socket hang up ${request.url}`), { code })
    })
  })

export const stubServer = (options: StubOptions = {}): StubServer => {
  const requests: Array<Sent> = []
  const tokenRequests: Array<Sent> = []
  const api = options.api ?? ((): Answer => ({ body: {} }))
  const token =
    options.token ?? ((sent): Answer => ({ body: { access_token: `token-${sent.index + 1}`, expires_in: "3600" } }))

  const client = HttpClient.make((request, url) =>
    Effect.gen(function* () {
      const isToken = url.pathname === "/oauth2/v1/token"
      const log = isToken ? tokenRequests : requests
      const sent: Sent = {
        method: request.method,
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        search: url.search,
        json: jsonOf(request),
        form: formOf(request),
        token: request.headers["authorization"]?.replace(/^Bearer /, ""),
        headers: request.headers,
        at: yield* Clock.currentTimeMillis,
        index: log.length
      }
      log.push(sent)
      const answer = isToken ? token(sent) : api(sent)
      if (answer === "hang") return yield* Effect.never
      if (answer === "reset") return yield* cutLine(request)
      if (answer.noLine !== undefined) return yield* cutLine(request, answer.noLine)
      if (answer.after !== undefined) yield* Effect.sleep(Duration.fromInputUnsafe(answer.after))
      return respond(request, answer)
    })
  )
  return { requests, tokenRequests, layer: Layer.succeed(HttpClient.HttpClient, client) }
}
