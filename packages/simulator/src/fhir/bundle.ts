/**
 * Searchset Bundles. A page names the next by an absolute link with an opaque cursor: what was searched for, and how far
 * it was read.
 */
import type { Rendered } from "./resources.ts"

/** A search as its parameters say, taken from a cursor where there is one. */
export interface Search {
  readonly parameters: URLSearchParams
  readonly offset: number
}

/** The search of a request's query string; `undefined` if its cursor is not one of ours. */
export const searchOf = (query: string): Search | undefined => {
  const parameters = new URLSearchParams(query)
  const cursor = parameters.get("cursor")
  if (cursor === null) return { parameters, offset: 0 }
  const [offset, searched] = Buffer.from(cursor, "base64url").toString("utf8").split("\n")
  return searched === undefined || !/^\d+$/.test(offset ?? "")
    ? undefined
    : { parameters: new URLSearchParams(searched), offset: Number(offset) }
}

const defaultCount = 100
const mostCount = 1000

/** The rows of one page of a search. */
export const pageOf = <A>(search: Search, rows: ReadonlyArray<A>): ReadonlyArray<A> =>
  rows.slice(search.offset, search.offset + countOf(search))

const countOf = ({ parameters }: Search): number => {
  const asked = Number(parameters.get("_count") ?? defaultCount)
  return Number.isInteger(asked) && asked > 0 ? Math.min(asked, mostCount) : defaultCount
}

/** The Bundle of a page. `self` is the URL of the search, without its query. */
export const searchBundle = (
  search: Search,
  rows: ReadonlyArray<Rendered["resource"]>,
  self: string,
  total: number | undefined
): object => {
  const end = search.offset + countOf(search)
  const cursor = Buffer.from(`${end}\n${search.parameters}`).toString("base64url")
  const page = pageOf(search, rows)
  return {
    resourceType: "Bundle",
    type: "searchset",
    ...(total === undefined ? {} : { total }),
    link: [
      { relation: "self", url: `${self}?${search.parameters}` },
      ...(end < rows.length ? [{ relation: "next", url: `${self}?cursor=${cursor}` }] : [])
    ],
    ...(page.length === 0
      ? {}
      : {
          entry: page.map((resource) => ({
            fullUrl: `${self}/${resource.id}`,
            resource,
            search: { mode: "match" }
          }))
        })
  }
}
