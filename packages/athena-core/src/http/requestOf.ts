import { Redacted } from "effect"
import { HttpClientRequest } from "effect/http"
import { type Call, urlOf } from "./Call.ts"

/** The request of a call, less its token. It names patients: for the wire only. */
export const requestOf = (origin: string, call: Call): HttpClientRequest.HttpClientRequest => {
  const url = urlOf(origin, call)
  const make = HttpClientRequest.make(call.endpoint.verb)
  const asked =
    call.search === undefined
      ? HttpClientRequest.setUrlParams(make(url), call.query)
      : make(`${url}${call.search === "" ? "" : `?${call.search}`}`)
  const accepted = HttpClientRequest.acceptJson(asked)
  const withHeaders = Object.entries(call.headers ?? {}).reduce(
    (request, [name, value]) => HttpClientRequest.setHeader(request, name, Redacted.value(value)),
    accepted
  )
  if (call.form !== undefined) return HttpClientRequest.bodyUrlParams(withHeaders, call.form)
  return call.json === undefined ? withHeaders : HttpClientRequest.bodyJsonUnsafe(withHeaders, call.json)
}
