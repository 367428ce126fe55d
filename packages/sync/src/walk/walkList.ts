/**
 * Reads one booked list to its end, although it has no order and moves while it is read.
 *
 * 1. The first page says how many rows there are. If it holds them all, the list was read in one moment: done.
 * 2. Else the other pages are read at the same time. Each begins with the last row of the one before: if that row is not
 *    there, rows moved up between the two readings and some may have slipped through, which no total need tell.
 * 3. The walk is *stable* if every page holds a row of the one before, told the same total, and that many different rows
 *    came. A stable walk is the result by itself: whoever it lacks has left the list.
 * 4. An unstable list is walked again, page by page, at most twice. If no walk was stable, the window has drifted, says so,
 *    and all walks together are the result, so that a row that was there throughout is most likely in it.
 * 5. A list of several pages is closed with a second look at what was modified since the walk began.
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
  const seen = collect(pages)
  const totals = new Set(pages.map((page) => page.totalCount))
  const [total] = totals
  const isWhole = pages.every((page, n) => {
    const before = pages[n - 1]
    return before === undefined || continues(before, page)
  })
  // Without a total there is nothing to compare with; the list ended by its own signals.
  return { pages, isStable: isWhole && totals.size <= 1 && (total === undefined || seen.size === total) }
}

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
  const began = yield* DateTime.now
  let walk = yield* walkAtOnce(read, makeRoom)
  const walks = [walk]
  while (!walk.isStable && walks.length <= repeats) {
    walk = yield* walkInTurn(read)
    walks.push(walk)
  }
  const pages = walks.flatMap((each) => each.pages)
  const collected = collect(walk.isStable ? walk.pages : pages)
  if (pages.length > 1) {
    const modifiedSince = DateTime.subtractDuration(began, overlap)
    yield* Stream.runForEach(list.pages({ ...query, modifiedSince }), (page) => Effect.sync(() => collected.add(page)))
  }
  return { collected, hasDrifted: !walk.isStable } satisfies Walked
})
