/**
 * Answers from a recording. A request is answered by the fixtures of its verb, path and recorded parameters, one after the
 * other, the last one again and again; tokens are given to everybody. What was not recorded answers 501.
 */
import { Effect, FileSystem, Layer, Path, Schema } from "effect"
import { HttpClient, HttpClientResponse } from "effect/http"
import { type Fixture, FixtureText } from "./Fixture.ts"

const fits = (fixture: Fixture, verb: string, url: URL) =>
  fixture.verb === verb &&
  fixture.path === url.pathname &&
  Object.entries(fixture.query).every(([name, value]) => url.searchParams.get(name) === value)

const answerOf = ({ body, headers, status }: Fixture) =>
  new Response(status === 204 || status === 304 ? null : JSON.stringify(body), { status, headers })

const token = () => Response.json({ access_token: "replayed", token_type: "Bearer", expires_in: 3600 })

const make = Effect.fnUntraced(function* (folder: string) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const names = (yield* files.readDirectory(folder)).filter((name) => name.endsWith(".json")).sort()
  const fixtures = yield* Effect.forEach(names, (name) =>
    Effect.flatMap(files.readFileString(path.join(folder, name)), (text) => Schema.decodeEffect(FixtureText)(text))
  )
  const given = new Set<Fixture>()

  return HttpClient.make((request, url) =>
    Effect.sync(() => {
      if (url.pathname.startsWith("/oauth2/")) return HttpClientResponse.fromWeb(request, token())
      const fitting = fixtures.filter((fixture) => fits(fixture, request.method, url))
      const fixture = fitting.find((one) => !given.has(one)) ?? fitting.at(-1)
      if (fixture === undefined) return HttpClientResponse.fromWeb(request, new Response(null, { status: 501 }))
      given.add(fixture)
      return HttpClientResponse.fromWeb(request, answerOf(fixture))
    })
  )
})

export const ReplayHttpClient = {
  /** From the folder of a `RecordingHttpClient`. One that cannot be read is a defect of the test. */
  layer: (folder: string): Layer.Layer<HttpClient.HttpClient, never, FileSystem.FileSystem | Path.Path> =>
    Layer.effect(HttpClient.HttpClient, Effect.orDie(make(folder)))
} as const
