/**
 * Where the next page of a list begins, by the rows that were really received: a server may clamp the limit that it was
 * asked for, and `next` may shrink, drop or rewrite parameters.
 *
 * No single signal ends a list. It goes on while `next` is there or rows are missing from `totalcount`, and it always
 * ends with an empty page, so an empty page that has a `next`, or a `next` that does not advance, cannot loop.
 */
export interface PageSignals {
  readonly offset: number
  /** Rows in the page, those that do not fit included. */
  readonly received: number
  /** Undefined where the answer has none. */
  readonly totalCount: number | undefined
  readonly hasNext: boolean
}

/** A list of more rows than this is not believed to end. */
const maxRows = 10_000_000

export const nextOffset = (page: PageSignals): number | undefined => {
  if (page.received === 0) return undefined
  const next = page.offset + page.received
  if (next > maxRows) return undefined
  const isComplete = page.totalCount !== undefined && next >= page.totalCount
  const isShort = page.totalCount !== undefined && next < page.totalCount
  if (page.hasNext) return next
  return isShort && !isComplete ? next : undefined
}

/** `next` counts only as a path under the same practice, as the vendor sends it. */
export const isNextLink = (next: unknown, practiceId: string): boolean =>
  typeof next === "string" && next.startsWith(`/v1/${practiceId}/`)
