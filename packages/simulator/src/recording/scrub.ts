/**
 * Takes the people out of an answer and leaves its shape: types, lengths, missing and empty values, codes, what refers to
 * what. By the class of each field in the endpoint's description:
 *
 * - `none`: stays
 * - `linked`: ids and moments become others (see `Pseudonyms`), codes of one or two characters and words that code decides by
 *   stay; of an object in such a field, only ids and moments are told apart
 * - `identifying`, and every field that is not described: letters become x, digits 0, dates the first of January 1980
 * - never stored (social security numbers and their like), and the address of a subscriber: goes
 *
 * Source of the classes: 45 CFR 164.514(b)(2). A scrubbed record is read by a person before it is kept all the same: free
 * text in a field that is called an id is not foreseen.
 */
import type { EndpointDescription } from "@athena-engine/athena-core/http/EndpointDescription"
import { removeNeverStored } from "@athena-engine/athena-core/phi/neverStored"
import { otherFhirId } from "./fhirId.ts"
import { letterless } from "./letterless.ts"
import type { Pseudonyms } from "./Pseudonyms.ts"
import { removeSubscribers } from "./removeSubscribers.ts"

/** What of an endpoint decides. Nothing is known of an answer without one. */
export type Classes = EndpointDescription["phi"]

export const nothingKnown: Classes = { identifying: ["*"], linked: [], none: [] }

/** Words that code decides by, and that say nothing about anybody. */
const words: ReadonlySet<string> = new Set([
  ...["true", "false", "active", "inactive", "prospective", "deleted"],
  // FHIR's, around the resources.
  ...["searchset", "collection", "match", "include", "outcome"]
])

/** A field's name (`address1`), rather than a value that an object is keyed by: no field begins with a capital. */
const isName = (key: string) => /^[a-z_][A-Za-z_-]{0,63}\d?$/.test(key)

const isId = (key: string) => /ids?$/i.test(key)

/** FHIR puts them into one another: a bundle has entries with resources. */
const isResource = (value: unknown) =>
  typeof value === "object" &&
  value !== null &&
  "resourceType" in value &&
  isKindOfResource("resourceType", value.resourceType)

/** How many there are, as lists and FHIR's bundles say it. */
const totals: ReadonlySet<string> = new Set(["totalcount", "total"])
/** What an answer says that is none. */
const refusals: ReadonlySet<string> = new Set(["error", "errormessage", "detailedmessage", "message"])
const links: ReadonlySet<string> = new Set(["next", "previous"])

/** The name of a kind of resource is one word, as in FHIR's own list. */
const isKindOfResource = (key: string, value: unknown) =>
  key === "resourceType" && typeof value === "string" && /^[A-Z][A-Za-z]{2,40}$/.test(value)

const faceless = (text: string): string => {
  if (words.has(text.toLowerCase())) return text
  if (/^\d{2}\/\d{2}\/\d{4}/.test(text)) return `01/01/1980${faceless(text.slice(10))}`
  if (/^\d{4}-\d{2}-\d{2}/.test(text)) return `1980-01-01${faceless(text.slice(10))}`
  return letterless(text).replace(/\p{N}/gu, "0")
}

const facelessNumber = (value: number) => (Number.isInteger(value) ? 0 : 0.5)

export const scrub = (json: unknown, classes: Classes, pseudonyms: Pseudonyms): unknown => {
  const isKept = (key: string) => classes.none.includes(key) || classes.none.includes("*")
  const isLinked = (key: string) => classes.linked.includes(key)
  const described: ReadonlySet<string> = new Set([...classes.identifying, ...classes.linked, ...classes.none])

  const identifying = (value: unknown): unknown => {
    if (typeof value === "string") return otherFhirId(value, pseudonyms) ?? faceless(value)
    if (typeof value === "number") return facelessNumber(value)
    return inside(value, isResource(value) ? field : identifying)
  }

  const otherId = (key: string, value: string) =>
    isId(key) && /^[\w.:+-]+$/.test(value) ? pseudonyms.id(letterless(value)) : undefined

  const linked = (key: string, value: unknown): unknown => {
    if (typeof value === "string") {
      return (
        otherFhirId(value, pseudonyms) ??
        otherId(key, value) ??
        (value.length <= 2 || /^\d{2}:\d{2}$/.test(value) ? value : (pseudonyms.moment(value) ?? faceless(value)))
      )
    }
    if (typeof value === "number") return isId(key) ? Number(pseudonyms.id(String(value))) : value
    return Array.isArray(value) ? value.map((item) => linked(key, item)) : inside(value, insideLinked)
  }

  /** Nobody described what is in there, so that a short text may be a name as well. */
  const insideLinked = (value: unknown, key: string): unknown => {
    if (typeof value === "string") {
      return otherFhirId(value, pseudonyms) ?? otherId(key, value) ?? pseudonyms.moment(value) ?? faceless(value)
    }
    if (typeof value === "number") return facelessNumber(value)
    return Array.isArray(value) ? value.map((item) => insideLinked(item, key)) : inside(value, insideLinked)
  }

  /** An array or object, its values by `each`; anything else as it is: true, false and null. */
  const inside = (value: unknown, each: (value: unknown, key: string) => unknown): unknown => {
    if (Array.isArray(value)) return value.map((item) => each(item, ""))
    if (typeof value !== "object" || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        isName(key) || described.has(key) ? key : faceless(key),
        each(item, key)
      ])
    )
  }

  const field = (value: unknown, key: string): unknown => {
    if (isKept(key) || isKindOfResource(key, value)) return value
    if (isLinked(key)) return linked(key, value)
    return identifying(value)
  }

  const row = (value: unknown): unknown =>
    typeof value === "object" && value !== null ? inside(value, Array.isArray(value) ? row : field) : identifying(value)

  /** The outermost object may be a record, or have records in an array. */
  const outermost = (value: unknown, key: string): unknown => {
    if (links.has(key) && typeof value === "string") return scrubbedLink(value)
    if (totals.has(key) && /^\d+$/.test(String(value))) return value
    // Where every field may stay, a refusal with status 200 is still no record.
    if (refusals.has(key.toLowerCase())) return identifying(value)
    return Array.isArray(value) && !isLinked(key) && !classes.identifying.includes(key)
      ? value.map(row)
      : field(value, key)
  }

  const clean = removeSubscribers(removeNeverStored(json))
  if (typeof clean !== "object" || clean === null) return identifying(clean)
  return Array.isArray(clean) ? clean.map(row) : inside(clean, outermost)
}

/** Of a link to the next page: where it begins, and nothing of what was asked. */
const scrubbedLink = (link: string): string => {
  const [path = "", query = ""] = link.split("?")
  const parameters = new URLSearchParams(query)
  const kept = ["limit", "offset"].flatMap((name) => {
    const value = parameters.get(name)
    return value !== null && /^\d+$/.test(value) ? [`${name}=${value}`] : []
  })
  return `${/^\/v1\/\d+\/[a-z/]+$/.test(path) ? path : "/v1"}${kept.length === 0 ? "" : `?${kept.join("&")}`}`
}
