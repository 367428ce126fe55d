/**
 * Records what athenahealth answers, without the people: each answer is scrubbed in memory (see `scrub`) and only then
 * written, into a folder that can be kept with the tests. Of the requests neither tokens nor search terms are kept, and
 * token requests not at all.
 *
 *     AthenaTest.layer("sandbox") // answers from the sandbox
 *     RecordingHttpClient.layer({ folder }) // between the client and its HttpClient
 */
import type { EndpointDescription } from "@athena-engine/athena-core/http/EndpointDescription"
import { Effect, FileSystem, Layer, Path, Result, Schema } from "effect"
import { HttpClient, type HttpClientRequest, HttpClientResponse } from "effect/http"
import { endpointOf } from "./endpointOf.ts"
import { Fixture } from "./Fixture.ts"
import { makePseudonyms, type Pseudonyms } from "./Pseudonyms.ts"
import { nothingKnown, scrub } from "./scrub.ts"
import { scrubbedPath } from "./scrubbedPath.ts"

export interface RecordingOptions {
  /** Made if it is not there; files in it are numbered and not overwritten by another recording's. */
  readonly folder: string
}

/** Headers that say nothing about anybody. */
const keptHeaders = /^(content-type|retry-after|x-ratelimit-.*|x-.*-quota-.*|.*-over-rate)$/i

const tokenPath = "/oauth2/"

const scrubbedQuery = (endpoint: EndpointDescription | undefined, url: URL, pseudonyms: Pseudonyms) =>
  Object.fromEntries(
    [...url.searchParams]
      .filter(([name]) => endpoint?.auditedParameters.includes(name) ?? false)
      .map(([name, value]) => [name, pseudonyms.moment(value) ?? value])
  )

const jsonOf = (text: string): unknown =>
  Result.getOrElse(
    Result.try((): unknown => JSON.parse(text)),
    () => null
  )

const fixtureOf = (
  request: HttpClientRequest.HttpClientRequest,
  url: URL,
  response: HttpClientResponse.HttpClientResponse,
  text: string,
  pseudonyms: Pseudonyms
): Fixture => {
  const endpoint = endpointOf(request.method, url.pathname)
  // What was refused is no record: nothing is known of its fields.
  const classes = endpoint === undefined || response.status >= 300 ? nothingKnown : endpoint.phi
  return new Fixture({
    endpoint: endpoint?.name ?? "unknown",
    verb: request.method,
    path: scrubbedPath(endpoint, url.pathname, pseudonyms),
    query: scrubbedQuery(endpoint, url, pseudonyms),
    status: response.status,
    headers: Object.fromEntries(Object.entries(response.headers).filter(([name]) => keptHeaders.test(name))),
    body: Schema.decodeUnknownSync(Schema.Json)(scrub(jsonOf(text), classes, pseudonyms))
  })
}

const numberOf = (name: string): number => Number(/^\d+(?=-)/.exec(name)?.[0] ?? 0)

const make = Effect.fnUntraced(function* ({ folder }: RecordingOptions) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const client = yield* HttpClient.HttpClient
  yield* files.makeDirectory(folder, { recursive: true })
  const before = (yield* files.readDirectory(folder)).reduce((most, name) => Math.max(most, numberOf(name)), 0)
  const pseudonyms = makePseudonyms()
  let recorded = 0

  const keep = (fixture: Fixture) =>
    Effect.suspend(() => {
      const number = String(before + ++recorded).padStart(4, "0")
      const text = JSON.stringify(Schema.encodeSync(Fixture)(fixture), null, 2)
      return files.writeFileString(path.join(folder, `${number}-${fixture.endpoint}.json`), `${text}\n`)
    }).pipe(Effect.orDie)

  return HttpClient.make((request, url) =>
    Effect.gen(function* () {
      const response = yield* client.execute(request)
      if (url.pathname.startsWith(tokenPath)) return response
      const text = yield* response.text
      yield* keep(fixtureOf(request, url, response, text, pseudonyms))
      const isEmpty = response.status === 204 || response.status === 304
      return HttpClientResponse.fromWeb(
        request,
        new Response(isEmpty ? null : text, { status: response.status, headers: { ...response.headers } })
      )
    })
  )
})

export const RecordingHttpClient = {
  /** Over the `HttpClient` that is given. What cannot be written is a defect: a recording with holes is none. */
  layer: (
    options: RecordingOptions
  ): Layer.Layer<HttpClient.HttpClient, never, HttpClient.HttpClient | FileSystem.FileSystem | Path.Path> =>
    Layer.effect(HttpClient.HttpClient, Effect.orDie(make(options)))
} as const
