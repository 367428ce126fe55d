/**
 * Reads one booked list to its end, although it has no order and moves while it is read.
 *
 * 1. The first page says how many rows there are. If it holds them all, the list was read in one moment: done.
 * 2. Else the other pages are read at the same time. Each begins with the last row of the one before: if that row is not
 *    there, rows moved up between the two readings and some may have slipped through, which no total need tell.
 * 3. A walk of several pages is closed with a second look at what was modified since the first one began. It brings the
 *    rows that changed under way as they are now, and those that came, or changed their place, behind the reader's back.
 * 4. The walk is *stable* if every page holds a row of the one before, all that told a total told the same, that many
 *    different rows came, and the second look brings no other. A stable walk is the result by itself: it holds the rows
 *    that the list had at some moment, and whoever it lacks has left.
 * 5. An unstable list is walked again, page by page, at most twice. If no walk was stable, the window has drifted, says so,
 *    and all walks together are the result, so that a row that was there throughout is most likely in it.
 */
import type { Appointment } from "@athena-engine/athena-core/endpoints/appointments/Appointment"
import {
  type BookedAppointmentsOfDepartmentsQuery,
  ListBookedAppointmentsOfDepartments
} from "@athena-engine/athena-core/endpoints/appointments/ListBookedAppointmentsOfDepartments"
import type { Page } from "@athena-engine/athena-core/endpoints/list"
import { nextOffset } from "@athena-engine/athena-core/pagination/nextOffset"
import { DateTime, Duration, Effect, Stream } from "effect"
import { Collected } from "./Collected.ts"
import type { MakeRoom } from "./RowsInHand.ts"

export interface Walked {
  readonly collected: Collected
  readonly hasDrifted: boolean
}

/** Walks after the first. */
const repeats = 2
/** Pages of one list that are read at the same time; the budget decides how many of them are sent. */
const pagesAtOnce = 8
/** A total that promises more pages than this for one day is not believed; the list is read until it ends. */
const mostPagesAtOnce = 500
/** The vendor's stamps are Eastern by inference only, so the second look reaches back more than an hour. */
const overlap = Duration.minutes(75)

interface Walk {
  readonly pages: ReadonlyArray<Page<Appointment>>
  readonly collected: Collected
  readonly isStable: boolean
}

/** Rows that a page has in common with the one before; a page of one row has none to give. */
const sharedRows = (page: Page<unknown>): number => (page.received > 1 ? 1 : 0)

const idsOf = (page: Page<Appointment>): ReadonlyArray<string> => [
  ...page.records.map(({ appointmentId }) => appointmentId),
  ...page.misfits.flatMap(({ recordId }) => (recordId === undefined ? [] : [recordId]))
]

/** Whether `page` begins within the one before, as it should. Rows without an id cannot tell. */
const continues = (before: Page<Appointment>, page: Page<Appointment>): boolean => {
  const ids = idsOf(page)
  if (sharedRows(before) === 0 || ids.length < page.received || page.received === 0) return true
  const known = new Set(idsOf(before))
  return known.size < before.received || ids.some((id) => known.has(id))
}

const judge = (pages: ReadonlyArray<Page<Appointment>>): Walk => {
  const collected = collect(pages)
  const totals = new Set(pages.map((page) => page.totalCount).filter((total) => total !== undefined))
  const [total] = totals
  const isWhole = pages.every((page, n) => {
    const before = pages[n - 1]
    return before === undefined || continues(before, page)
  })
  // Without a total there is nothing to compare with; the list ended by its own signals.
  return {
    pages,
    collected,
    isStable: isWhole && totals.size <= 1 && (total === undefined || collected.size === total)
  }
}

/** Whether a page holds a row that was not collected. */
const bringsOthers = (pages: ReadonlyArray<Page<Appointment>>, { appointments, misfits }: Collected): boolean =>
  pages.some((page) => idsOf(page).some((id) => !appointments.has(id) && !misfits.has(id)))

const collect = (pages: ReadonlyArray<Page<Appointment>>): Collected => {
  const collected = new Collected()
  for (const page of pages) collected.add(page)
  return collected
}

const list = ListBookedAppointmentsOfDepartments

type ReadPage = (offset: number) => ReturnType<typeof list.page>

/** The first walk: all pages behind the first at the same time. */
const walkAtOnce = Effect.fnUntraced(function* (read: ReadPage, makeRoom: MakeRoom) {
  const first = yield* read(0)
  yield* makeRoom(first.totalCount ?? first.received)
  if (nextOffset(first) === undefined) return judge([first])
  if (first.totalCount === undefined || first.totalCount / first.received > mostPagesAtOnce) {
    return yield* walkInTurn(read)
  }
  const shared = sharedRows(first)
  const offsets: Array<number> = []
  for (let end = first.received; end < first.totalCount; end += first.received - shared) offsets.push(end - shared)
  const others = yield* Effect.forEach(offsets, read, { concurrency: pagesAtOnce })
  const walk = judge([first, ...others])
  // A total that is too low ends nothing: while the last page says that there is more, the list is read to its end.
  const last = others.at(-1) ?? first
  return nextOffset(last) === undefined ? walk : { ...walk, isStable: false }
})

/** Page by page, each beginning with the last row that was really received. */
const walkInTurn = Effect.fnUntraced(function* (read: ReadPage) {
  const pages: Array<Page<Appointment>> = []
  for (let offset: number | undefined = 0; offset !== undefined; ) {
    const page: Page<Appointment> = yield* read(offset)
    pages.push(page)
    const end = nextOffset(page)
    offset = end === undefined ? undefined : end - sharedRows(page)
  }
  return judge(pages)
})

/** Walks the list. `makeRoom` is asked before more than its first page is read. */
export const walkList = Effect.fnUntraced(function* (query: BookedAppointmentsOfDepartmentsQuery, makeRoom: MakeRoom) {
  const read: ReadPage = (offset) => list.page(query, offset)
  const modifiedSince = DateTime.subtractDuration(yield* DateTime.now, overlap)
  const secondLook = Stream.runCollect(list.pages({ ...query, modifiedSince }))

  const seen: Array<Page<Appointment>> = []
  let walk = yield* walkAtOnce(read, makeRoom)
  for (let left = repeats; ; left--) {
    // One page is one moment; and what is walked again anyway needs no proof.
    const look = (walk.isStable ? walk.pages.length > 1 : left === 0) ? yield* secondLook : []
    if (walk.isStable && !bringsOthers(look, walk.collected)) {
      for (const page of look) walk.collected.add(page)
      return { collected: walk.collected, hasDrifted: false } satisfies Walked
    }
    seen.push(...walk.pages, ...look)
    if (left === 0) return { collected: collect(seen), hasDrifted: true } satisfies Walked
    walk = yield* walkInTurn(read)
  }
})
