/**
 * `GET /v1/{practiceid}/{feed}/changed` (dossier G): what changed since it was last asked, and with the answer it is read.
 * `leaveunprocessed` reads without that; `showprocessedstartdatetime` shows again what was read. An `offset` skips what
 * still waits, as the vendor's does: who pages with one while reading for good loses a page per page.
 */
import { changedNeedsSetup, invalidValue, missingFields } from "../render/errors.ts"
import type { Change, ChangeFeed } from "../world/ChangeFeed.ts"
import { parseEasternStamp } from "../world/easternTime.ts"
import { pageLinks, pageWindow, totalCount } from "./paging.ts"
import { type RouteAnswer, refuse } from "./RouteAnswer.ts"
import type { RouteContext } from "./RouteContext.ts"

/** What a feed makes of its changes. */
export interface FeedOf<A> {
  readonly feed: ChangeFeed
  readonly recordsKey: string
  /** The filters that the feed knows. */
  readonly parameters: ReadonlyArray<string>
  /** The record as it is now; `undefined` when it is gone, and then it is left out. */
  readonly find: (recordId: number) => A | undefined
  /** Whether the filters let it through. Changes that they do not, stay where they are. */
  readonly matches: (record: A) => boolean
  readonly render: (record: A) => string
  readonly patientIdOf: (record: A) => string | undefined
}

const hourMillis = 3_600_000

const feedParameters = ["leaveunprocessed", "showprocessedstartdatetime", "showprocessedenddatetime"]

export const changedFeed = <A>(context: RouteContext, of: FeedOf<A>): RouteAnswer => {
  const { now, query } = context
  if (of.feed.subscribed(now).length === 0) return refuse(changedNeedsSetup)
  const window = pageWindow(context, 1000)
  if ("_tag" in window) return window
  const { readChangesKeptHours, waitingChangesKeptHours } = context.settings
  of.feed.forget(now - waitingChangesKeptHours * hourMillis, now - readChangesKeptHours * hourMillis)
  const replayed = replayedChanges(context, of.feed)
  if (replayed !== undefined && "_tag" in replayed) return replayed
  const waiting = (replayed ?? of.feed.pending()).flatMap((change) => {
    const record = of.find(change.recordId)
    // A change of a record that is gone has nothing to show; it goes with the next answer.
    if (record === undefined) return [{ change, record }]
    return of.matches(record) ? [{ change, record }] : []
  })
  const shown = waiting.filter(({ record }) => record !== undefined)
  const page = shown.slice(window.offset, window.offset + window.limit)
  if (replayed === undefined && !query.flag("leaveunprocessed")) {
    const gone = waiting.filter(({ record }) => record === undefined)
    of.feed.take(
      [...page, ...gone].map(({ change }) => change),
      now
    )
  }
  const records = page.map(({ record }) => record as A)
  return {
    _tag: "Page",
    recordsKey: of.recordsKey,
    totalCount: totalCount(context, shown.length),
    ...pageLinks(context, window, shown.length, [...of.parameters, ...feedParameters]),
    rows: records.map(of.render),
    patientIds: [...new Set(records.flatMap((record) => of.patientIdOf(record) ?? []))]
  }
}

/** What was read in the window that is asked for; `undefined` when none is. */
const replayedChanges = (context: RouteContext, feed: ChangeFeed): ReadonlyArray<Change> | RouteAnswer | undefined => {
  const start = context.query.text("showprocessedstartdatetime")
  const end = context.query.text("showprocessedenddatetime")
  if (start === undefined) return end === undefined ? undefined : refuse(missingFields(["showprocessedstartdatetime"]))
  const [from, to] = [parseEasternStamp(start), end === undefined ? context.now : parseEasternStamp(end)]
  if (from === undefined) return refuse(invalidValue("format date", start))
  if (to === undefined) return refuse(invalidValue("format date", end ?? ""))
  // Stamps have whole seconds.
  return feed.readBetween(from, to + 999)
}
