/**
 * Reads a short list to its end: reference data, a page or few. Like every list it has no order and may move while it is
 * read, so a row that came twice is one, and only a list that is known to be whole may tell what it does not hold.
 */
import type { Page } from "@athena-engine/athena-core/endpoints/list"
import type { Misfit } from "@athena-engine/athena-core/endpoints/RecordKind"
import { Effect, Stream } from "effect"

export interface WholeList<A> {
  /** Each once, in the order of their ids: two transactions that store the same rows cannot wait for each other. */
  readonly records: ReadonlyArray<A>
  readonly misfits: ReadonlyArray<Misfit>
  /** Of all rows whose id could be read, those that do not fit included. */
  readonly ids: ReadonlyArray<string>
  /**
   * Whether an id that is not among `ids` was not in the list: every id could be read, and as many different ones came as
   * the list says it has. Of an empty list this is never believed: an outage looks the same.
   */
  readonly isWhole: boolean
}

const isComplete = (pages: ReadonlyArray<Page<unknown>>, misfits: ReadonlyArray<Misfit>, seen: number): boolean => {
  if (seen === 0 || misfits.some(({ recordId }) => recordId === undefined)) return false
  const totals = new Set(pages.map(({ totalCount }) => totalCount))
  const [total] = totals
  return totals.size === 1 && (total === undefined ? pages.length === 1 : total === seen)
}

export const readWhole = <A, E, R>(
  pages: Stream.Stream<Page<A>, E, R>,
  idOf: (record: A) => string
): Effect.Effect<WholeList<A>, E, R> =>
  Effect.map(Stream.runCollect(pages), (read) => {
    const found = new Map(read.flatMap(({ records }) => records).map((record) => [idOf(record), record]))
    const misfits = read
      .flatMap((page) => page.misfits)
      .filter(({ recordId }) => recordId === undefined || !found.has(recordId))
    const readable = misfits.flatMap(({ recordId }) => (recordId === undefined ? [] : [recordId]))
    const ids = [...new Set([...found.keys(), ...readable])]
    const records = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, record]) => record)
    return { records, misfits, ids, isWhole: isComplete(read, misfits, ids.length) }
  })
