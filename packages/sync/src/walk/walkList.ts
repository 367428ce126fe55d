/**
 * Reads one booked list to its end, although it has no order and moves while it is read.
 *
 * 1. The first page says how many rows there are. If it holds them all, the list was read in one moment: done.
 * 2. Else the other pages are read at the same time, each beginning where the one before should end.
 * 3. The walk is *stable* if every page told the same total and that many different rows came.
 * 4. An unstable list is walked again, page by page, at most twice; all walks together are the result, so a row that was
 *    there throughout is in it. If no walk was stable, the window has drifted, and says so.
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

export interface Walked {
  readonly collected: Collected
  readonly hasDrifted: boolean
}

/** Walks after the first. */
const repeats = 2
/** Pages of one list that are read at the same time; the budget decides how many of them are sent. */
const pagesAtOnce = 8
/** The vendor's stamps are Eastern by inference only, so the second look reaches back more than an hour. */
const overlap = Duration.minutes(75)

interface Walk {
  readonly pages: ReadonlyArray<Page<Appointment>>
  readonly isStable: boolean
}

const judge = (pages: ReadonlyArray<Page<Appointment>>): Walk => {
  const seen = new Collected()
  for (const page of pages) seen.add(page)
  const totals = new Set(pages.map((page) => page.totalCount))
  const [total] = totals
  // Without a total there is nothing to compare with; the list ended by its own signals.
  return { pages, isStable: totals.size <= 1 && (total === undefined || seen.size === total) }
}

const list = ListBookedAppointmentsOfDepartments

/** The first walk: all pages behind the first at the same time. */
const walkAtOnce = Effect.fnUntraced(function* (query: BookedAppointmentsOfDepartmentsQuery) {
  const first = yield* list.page(query, 0)
  if (nextOffset(first) === undefined) return judge([first])
  if (first.totalCount === undefined) return yield* walkInTurn(query)
  const offsets: Array<number> = []
  for (let offset = first.received; offset < first.totalCount; offset += first.received) offsets.push(offset)
  const others = yield* Effect.forEach(offsets, (offset) => list.page(query, offset), { concurrency: pagesAtOnce })
  return judge([first, ...others])
})

/** Page by page, each beginning where the one before really ended. */
const walkInTurn = (query: BookedAppointmentsOfDepartmentsQuery) =>
  Effect.map(Stream.runCollect(list.pages(query)), judge)

export const walkList = Effect.fnUntraced(function* (query: BookedAppointmentsOfDepartmentsQuery) {
  const began = yield* DateTime.now
  const collected = new Collected()
  let walk = yield* walkAtOnce(query)
  for (const page of walk.pages) collected.add(page)
  let pages = walk.pages.length
  for (let repeat = 0; !walk.isStable && repeat < repeats; repeat++) {
    walk = yield* walkInTurn(query)
    for (const page of walk.pages) collected.add(page)
    pages += walk.pages.length
  }
  if (pages > 1) {
    const modifiedSince = DateTime.subtractDuration(began, overlap)
    yield* Stream.runForEach(list.pages({ ...query, modifiedSince }), (page) => Effect.sync(() => collected.add(page)))
  }
  return { collected, hasDrifted: !walk.isStable } satisfies Walked
})
