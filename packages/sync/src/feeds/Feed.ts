/**
 * A changed-data feed as the reader of feeds sees it: how its changes are taken and replayed, how they are stored, and how a
 * record is read of which two answers cannot be put in order. What kind of record it holds is known below only.
 */

import type { AuditTrail, AuditTrailUnavailable } from "@athena-engine/athena-core/audit/AuditTrail"
import type { ChangesMayBeLost, FeedEndpoint, ReplayWindow } from "@athena-engine/athena-core/endpoints/feed"
import type { FeedSubscription } from "@athena-engine/athena-core/endpoints/feedSubscription"
import type { ListQuery } from "@athena-engine/athena-core/endpoints/list"
import type { Misfit } from "@athena-engine/athena-core/endpoints/RecordKind"
import type { AthenaError } from "@athena-engine/athena-core/errors/AthenaError"
import type { Athena } from "@athena-engine/athena-core/http/Athena"
import type { DepartmentId } from "@athena-engine/athena-core/ids/DepartmentId"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { Effect, Stream } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import type { RowCounts } from "../runs/SyncResult.ts"
import type { FeedName, FeedRun } from "./journal.ts"

/** Rows of one answer. */
export interface ChangedRows<A> {
  readonly records: ReadonlyArray<A>
  readonly misfits: ReadonlyArray<Misfit>
}

/** In a step: stores what was learnt by a request that left at `readAt` or later, by the database's clock. */
export type Store = (reading: FeedRun, readAt: string) => Effect.Effect<RowCounts, SqlError, SqlClient>

/** One answer of the feed, ready to be stored. */
export interface Changes {
  readonly received: number
  readonly hasMore: boolean
  readonly store: Store
}

export interface ChangesQuery {
  readonly practiceId: PracticeId
  /** Only changes of these departments; the vendor asks that they match the subscription's. */
  readonly departmentIds?: ReadonlyArray<DepartmentId>
  /** Rows of an answer, 1000 by default. */
  readonly limit?: number
}

export interface Feed {
  readonly name: FeedName
  readonly subscription: FeedSubscription
  /** What a subscription without a name is to. */
  readonly defaultEvents: ReadonlyArray<string>
  /** Takes what is pending. Never sent twice. */
  readonly take: (
    query: ChangesQuery
  ) => Effect.Effect<Changes, AthenaError | AuditTrailUnavailable | ChangesMayBeLost, Athena | AuditTrail>
  /** What was taken in the window, once more. */
  readonly replay: (
    query: ChangesQuery,
    window: ReplayWindow
  ) => Stream.Stream<Changes, AthenaError | AuditTrailUnavailable, Athena | AuditTrail>
  /** Reads one record by its id; answers how to store what came of it. */
  readonly readAgain: (
    practiceId: PracticeId,
    recordId: string
  ) => Effect.Effect<Store, AthenaError | AuditTrailUnavailable, Athena | AuditTrail>
}

/** What a feed is made of, besides what is alike in all. */
export interface FeedParts<Query extends ListQuery & ChangesQuery, A>
  extends Pick<Feed, "name" | "subscription" | "defaultEvents" | "readAgain"> {
  readonly endpoint: FeedEndpoint<Query, A, AthenaError | AuditTrailUnavailable, Athena | AuditTrail>
  readonly store: (
    reading: FeedRun,
    rows: ChangedRows<A>,
    readAt: string
  ) => Effect.Effect<RowCounts, SqlError, SqlClient>
}

export const makeFeed = <A>({ endpoint, store, ...feed }: FeedParts<ChangesQuery, A>): Feed => {
  const changes = (rows: ChangedRows<A>, received: number, hasMore: boolean): Changes => ({
    received,
    hasMore,
    store: (reading, readAt) => store(reading, rows, readAt)
  })
  return {
    ...feed,
    take: (query) => Effect.map(endpoint.consume(query), (taken) => changes(taken, taken.received, taken.hasMore)),
    replay: (query, window) =>
      Stream.map(endpoint.replay(query, window), (page) => changes(page, page.received, page.hasNext))
  }
}
