/**
 * Answers with a marker in every place that an answer has: body, keys, headers, links, ids that are none, error texts,
 * pages of HTML, JSON that is broken or cut short.
 */
import type { Chance } from "../random/Chance.ts"
import { arbitraryJson, type Json, marked } from "./arbitraryJson.ts"
import { marker, plainMarker, socialSecurity } from "./markers.ts"

export interface HostileAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What good records of the endpoint look like. */
export interface RecordShape {
  /** The `n`th row of a page. */
  readonly record: (n: number) => Readonly<Record<string, Json>>
  /** Keys whose values the program is handed as plain values; `*` for all of them, where no patient is behind the record. */
  readonly plain: ReadonlySet<string>
  /** Keys of ids: a number in their place is an id, whatever it means elsewhere. */
  readonly ids: ReadonlySet<string>
}

export interface HostileOptions {
  readonly chance: Chance
  readonly practiceId: string
  readonly shape: RecordShape
  /** The key of a list's rows; none where the endpoint answers one record. */
  readonly recordsKey: string | undefined
  /** How often it is an error, 0.4 by default. */
  readonly errors?: number
  /** How much of what is no error is hard to read, from 0 to 1, the default. Markers are in it all the same. */
  readonly hostility?: number
  /** A source of JSON of any shape; by default one that is made by chance. */
  readonly json?: () => Json
}

const planted = [marker, marker.toUpperCase(), `${marker}, Ann`, `x${marker}@example.org`, socialSecurity.text]

const headerNames = [
  "location",
  "www-authenticate",
  "set-cookie",
  "x-request-id",
  "x-mashery-error-code",
  "x-error-detail-header",
  "x-ratelimit-limit",
  "x-ratelimit-remaining",
  "x-ratelimit-reset",
  "retry-after",
  "date",
  "server",
  "link",
  "etag"
]

const contentTypes = ["application/json", "text/html", "text/plain", `application/${marker}`, `text/html; x=${marker}`]

const errorStatuses = [
  301, 302, 400, 401, 402, 403, 404, 405, 408, 409, 410, 413, 422, 429, 500, 501, 502, 503, 504, 598
]

/** Those that a client tries again after. */
const passingStatuses = [408, 429, 500, 502, 503, 504]

const vendorTexts = [
  "Invalid practice.",
  "Bad auth.",
  "Incorrect permissions.",
  "Changed messages require setup",
  "The patient was not found",
  "Additional fields are required.",
  "Developer Over Qps"
]

const headersOf = (chance: Chance): Record<string, string> => {
  const headers: Record<string, string> = { "content-type": chance.pick(contentTypes) }
  for (const name of headerNames) {
    if (chance.happens(0.4)) headers[name] = chance.happens(0.2) ? String(chance.below(3)) : chance.pick(planted)
  }
  return headers
}

const errorOf = ({ chance, json }: Sources): Json => {
  const text = () => `${chance.pick(vendorTexts)} ${chance.pick(planted)}`
  const parts: Record<string, Json> = {
    error: text(),
    detailedmessage: text(),
    message: text(),
    errormessage: text(),
    error_description: text(),
    missingfields: [marker, chance.pick(planted), "lastname"],
    invalidfields: [chance.pick(planted)],
    fault: { faultstring: marker, detail: { errorcode: `policies.ratelimit.${marker}` } },
    resourceType: "OperationOutcome",
    issue: [marked(chance, json())]
  }
  return Object.fromEntries(Object.entries(parts).filter(() => chance.happens(0.4)))
}

/** What is no id, in the place of one. */
const idOf = ({ chance }: Sources): Json =>
  chance.pick<Json>([marker, [marker], { id: marker }, socialSecurity.text, ` ${marker} `, `${marker}, Ann 1980`])

/** Dates and codes keep their form in most records, or none of them could be read. */
const valueUnder = (sources: Sources, key: string, value: Json): Json => {
  const { chance, json, shape, strikes } = sources
  if (shape.ids.has(key)) return strikes(0.07) ? idOf(sources) : value
  if (!strikes(0.15)) return value
  if (shape.plain.has(key)) return chance.happens(0.5) ? plainMarker : marked(chance, json(), plainMarker)
  return chance.happens(0.5) ? chance.pick(planted) : marked(chance, json())
}

/** A record that mostly can be read, with hostile values here and there and hostile keys beside them. */
const rowOf = (sources: Sources, n: number): Json => {
  const { chance, json, shape } = sources
  const row = Object.entries(shape.record(n)).map(([key, value]) => [key, valueUnder(sources, key, value)] as const)
  return {
    ...Object.fromEntries(row),
    lastname: shape.plain.has("*") ? plainMarker : chance.pick(planted),
    notes: marked(chance, json()),
    [`${marker}s`]: marked(chance, json()),
    ssn: socialSecurity.text
  }
}

interface Sources extends HostileOptions {
  readonly json: () => Json
  /** True with this probability, less in a practice that is less hostile. */
  readonly strikes: (probability: number) => boolean
}

const envelopeOf = (sources: Sources): Json => {
  const { chance, json, practiceId, recordsKey, strikes } = sources
  const length = recordsKey !== undefined ? 1 + chance.below(4) : strikes(0.3) ? chance.below(3) : 1
  const rows = Array.from({ length }, (_, n) => (strikes(0.15) ? marked(chance, json()) : rowOf(sources, n)))
  if (recordsKey === undefined) return strikes(0.2) ? (rows[0] ?? []) : rows
  const next = [
    `/v1/${practiceId}/appointments?lastname=${marker}&offset=${chance.below(9)}`,
    `https://${marker}.example/next`,
    marker,
    marked(chance, json())
  ]
  if (recordsKey === "entry") return bundleOf(sources, rows)
  return {
    [recordsKey]: strikes(0.1) ? marked(chance, json()) : rows,
    ...(strikes(0.7) ? { totalcount: chance.pick<Json>([rows.length, String(rows.length), marker, 9, -1]) } : {}),
    ...(strikes(0.3) ? { next: chance.pick<Json>(next), previous: marker } : {}),
    ...(strikes(0.1) ? { error: marker } : {}),
    ...(strikes(0.1) ? { success: false, errormessage: marker } : {}),
    [`${marker}key`]: marked(chance, json())
  }
}

/** The envelope of FHIR, with a next page that leads elsewhere. */
const bundleOf = ({ chance, json, strikes }: Sources, rows: ReadonlyArray<Json>): Json => {
  const next = [`?cursor=${marker}${chance.below(9)}`, `https://${marker}.example/next`, marker, marked(chance, json())]
  return {
    resourceType: "Bundle",
    entry: strikes(0.1)
      ? marked(chance, json())
      : rows.map((resource) => ({ fullUrl: marker, resource, search: { mode: strikes(0.1) ? marker : "match" } })),
    ...(strikes(0.5) ? { total: chance.pick<Json>([rows.length, marker, -1]) } : {}),
    ...(strikes(0.3) ? { link: [{ relation: "next", url: chance.pick<Json>(next) }] } : {}),
    [`${marker}key`]: marked(chance, json())
  }
}

const broken = (chance: Chance, text: string): string => {
  const at = chance.below(text.length + 1)
  return chance.pick([
    text.slice(0, at),
    // With blanks, so that it does not become a part of what may be an id.
    `${text.slice(0, at)} ${marker} ${text.slice(at)}`,
    `${text}${marker}`,
    `${marker}${text}`
  ])
}

const bodyOf = (sources: Sources, isError: boolean): string => {
  const { chance, json, strikes } = sources
  const content = () => JSON.stringify(isError ? errorOf(sources) : envelopeOf(sources))
  if (!strikes(isError ? 0.5 : 0.17)) return content()
  switch (chance.below(4)) {
    case 0:
      return `<html><head><title>${marker}</title></head><body>${chance.pick(planted)}</body></html>`
    case 1:
      return broken(chance, content())
    case 2:
      return JSON.stringify(marked(chance, json()))
    default:
      return chance.pick(["", marker, `"${marker}"`, ` \n${content()}`, `[${marker}]`, `${"[".repeat(40)}"${marker}`])
  }
}

/** An answer of an endpoint, good or bad, that says more than it should. */
export const hostileAnswer = (options: HostileOptions): HostileAnswer => {
  const { chance } = options
  const hostility = options.hostility ?? 1
  const strikes = (probability: number) => chance.happens(probability * hostility)
  const sources: Sources = { ...options, strikes, json: options.json ?? (() => arbitraryJson(chance)) }
  const isError = chance.happens(options.errors ?? 0.4)
  const statuses = chance.happens(0.7) ? passingStatuses : errorStatuses
  const status = isError ? chance.pick(statuses) : chance.pick([200, 200, 200, 200, 200, 201, 299])
  return { status, headers: headersOf(chance), body: bodyOf(sources, isError) }
}

/** An answer of the token endpoint, mostly a token. */
export const hostileTokenAnswer = (chance: Chance, json: () => Json = () => arbitraryJson(chance)): HostileAnswer => {
  const headers = headersOf(chance)
  const hint = { token_type: marker, scope: marker, issued_at: marker, [marker]: marked(chance, json()) }
  if (chance.happens(0.75)) {
    const body = JSON.stringify({
      access_token: `${marker}.${chance.below(1e6)}`,
      expires_in: chance.pick(["3600", 3600]),
      ...hint
    })
    return { status: 200, headers, body }
  }
  const error = chance.pick(["invalid_client", marker, marker.toLowerCase(), `${marker} ${socialSecurity.text}`])
  const failure = JSON.stringify({ error, error_description: marker, ...hint })
  return chance.pick<HostileAnswer>([
    { status: chance.pick([400, 401, 403]), headers, body: failure },
    { status: 429, headers: { ...headers, "retry-after": "1" }, body: failure },
    { status: 200, headers, body: broken(chance, failure) },
    { status: 200, headers, body: JSON.stringify({ access_token: [marker], expires_in: marker, ...hint }) },
    { status: 500, headers, body: `<html>${marker}</html>` }
  ])
}
