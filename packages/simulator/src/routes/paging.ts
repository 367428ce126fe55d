/**
 * Offset paging as recorded (dossier C.1): `next` is root-relative, its names are upper case and sorted, booleans
 * come back in other spellings, unknown parameters are gone, `limit` is there only if it was sent and is
 * shrunk to what remains.
 */

import { invalidValue } from "../render/errors.ts"
import { bitsOf } from "../world/random.ts"
import { type RefusedAnswer, refuse } from "./RouteAnswer.ts"
import type { RouteContext } from "./RouteContext.ts"

export interface PageWindow {
  readonly offset: number
  readonly limit: number
  readonly limitSent: boolean
}

/** The window that `limit` and `offset` ask for, cut to the page maximum. */
export const pageWindow = (context: RouteContext, defaultRows: number): PageWindow | RefusedAnswer => {
  const limit = context.query.text("limit")
  const offset = context.query.text("offset")
  for (const value of [limit, offset]) {
    if (value !== undefined && !/^\d{1,9}$/.test(value)) return refuse(invalidValue("type integer", value))
  }
  const wanted = limit === undefined || Number(limit) === 0 ? defaultRows : Number(limit)
  return {
    offset: Number(offset ?? 0),
    limit: Math.min(wanted, context.settings.maxRows),
    limitSent: limit !== undefined
  }
}

export interface PageLinks {
  readonly next: string | undefined
  readonly previous: string | undefined
}

/** `next` and `previous` of a page; absent at the ends. */
export const pageLinks = (
  context: RouteContext,
  window: PageWindow,
  total: number,
  parameters: ReadonlyArray<string>
): PageLinks => {
  const repeated = context.query
    .sent([...parameters].sort())
    .map(([name, value]) => `${name.toUpperCase()}=${encodeURIComponent(respelled(name, value))}`)
  const link = (offset: number) => {
    const limit = window.limitSent ? [`limit=${Math.min(window.limit, total - offset)}`] : []
    return `${context.path}?${[...repeated, ...limit, `offset=${offset}`].join("&")}`
  }
  const after = window.offset + window.limit
  return {
    next: after < total ? link(after) : undefined,
    previous: window.offset > 0 ? link(Math.max(0, window.offset - window.limit)) : undefined
  }
}

/** `totalcount`, as text where the practice or the options say so. */
export const totalCount = (context: RouteContext, total: number): number | string => {
  const asText = context.settings.totalCountAs
  return asText === "text" || (asText === "drift" && context.practice.profile.olderSpelling) ? String(total) : total
}

const respelled = (name: string, value: string): string => {
  const spellings: Record<string, ReadonlyArray<string>> = { true: ["1", "Y", "true"], false: ["false", "False"] }
  const choices = spellings[value.toLowerCase()]
  return choices === undefined ? value : (choices[bitsOf(name) % choices.length] as string)
}
