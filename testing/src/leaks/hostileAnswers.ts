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

/** What a good record of the endpoint looks like. */
export interface RecordShape {
  readonly record: Readonly<Record<string, Json>>
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

/** A record that mostly can be read, with hostile values here and there and hostile keys beside them. */
const rowOf = ({ chance, json, shape }: Sources): Json => {
  const row: Record<string, Json> = {}
  for (const [key, value] of Object.entries(shape.record)) {
    const isPlain = shape.plain.has(key)
    if (chance.happens(0.93)) row[key] = isPlain || shape.ids.has(key) ? value : chance.pick(planted)
    else if (shape.ids.has(key))
      row[key] = chance.pick([`${marker}`, [marker], { id: marker }, socialSecurity.text, ` ${marker} `])
    else
      row[key] = chance.happens(0.5)
        ? isPlain
          ? plainMarker
          : marker
        : marked(chance, json(), isPlain ? plainMarker : marker)
  }
  for (const [key, value] of Object.entries(shape.record)) {
    // Dates and codes keep their form in most records, or none of them could be read.
    if (!shape.ids.has(key) && chance.happens(0.85)) row[key] = value
  }
  row["lastname"] = shape.plain.has("*") ? plainMarker : chance.pick(planted)
  row["notes"] = marked(chance, json())
  row[`${marker}s`] = marked(chance, json())
  row["ssn"] = socialSecurity.text
  return row
}

interface Sources extends HostileOptions {
  readonly json: () => Json
}

const envelopeOf = (sources: Sources): Json => {
  const { chance, json, practiceId, recordsKey } = sources
  const rows = Array.from({ length: chance.below(4) }, () =>
    chance.happens(0.85) ? rowOf(sources) : marked(chance, json())
  )
  if (recordsKey === undefined) return chance.happens(0.8) ? rows.slice(0, 1) : (rows[0] ?? [])
  const next = [
    `/v1/${practiceId}/appointments?lastname=${marker}&offset=${chance.below(9)}`,
    `https://${marker}.example/next`,
    marker,
    marked(chance, json())
  ]
  return {
    [recordsKey]: chance.happens(0.9) ? rows : marked(chance, json()),
    ...(chance.happens(0.7)
      ? { totalcount: chance.pick<Json>([rows.length, String(rows.length), marker, 9, -1]) }
      : {}),
    ...(chance.happens(0.3) ? { next: chance.pick<Json>(next), previous: marker } : {}),
    ...(chance.happens(0.1) ? { error: marker } : {}),
    ...(chance.happens(0.1) ? { success: false, errormessage: marker } : {}),
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
  const { chance, json } = sources
  const content = () => JSON.stringify(isError ? errorOf(sources) : envelopeOf(sources))
  const kind = chance.below(isError ? 8 : 24)
  switch (kind) {
    case 0:
      return `<html><head><title>${marker}</title></head><body>${chance.pick(planted)}</body></html>`
    case 1:
      return broken(chance, content())
    case 2:
      return JSON.stringify(marked(chance, json()))
    case 3:
      return chance.pick(["", marker, `"${marker}"`, ` \n${content()}`, `[${marker}]`, `${"[".repeat(40)}"${marker}`])
    default:
      return content()
  }
}

/** An answer of an endpoint, good or bad, that says more than it should. */
export const hostileAnswer = (options: HostileOptions): HostileAnswer => {
  const { chance } = options
  const sources: Sources = { ...options, json: options.json ?? (() => arbitraryJson(chance)) }
  const isError = chance.happens(options.errors ?? 0.4)
  const status = isError ? chance.pick(errorStatuses) : chance.pick([200, 200, 200, 200, 200, 201, 299])
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
