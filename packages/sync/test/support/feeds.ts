/** What tests do with a practice's feeds. */
import type { DepartmentId } from "@athena-engine/athena-core/ids/DepartmentId"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { FeedName } from "../../src/feeds/journal.ts"
import { syncChanges } from "../../src/feeds/SyncChanges.ts"
import { newRunId, practiceId } from "./practice.ts"

/** Reads a feed of practice 195900. */
export const changes = (
  feed: FeedName = "appointments",
  departmentIds?: ReadonlyArray<DepartmentId>,
  rowsAtOnce = 1000
) =>
  syncChanges({
    runId: newRunId(),
    practiceId,
    feed,
    holder: "the test",
    rowsAtOnce,
    ...(departmentIds === undefined ? {} : { departmentIds })
  })

/** Subscribes the feed, and reads it for the first time once that is in force. */
export const subscribed = Effect.fnUntraced(function* (feed: FeedName = "appointments") {
  const simulator = yield* Simulator
  assert.deepInclude(yield* changes(feed), { status: "complete", subscription: "pending", fetched: 0 })
  yield* simulator.advance("3 seconds")
  const first = yield* changes(feed)
  assert.deepInclude(first, { status: "complete", subscription: "active" })
  return first
})

/** The journal's columns that a test looks at. */
export const journal = Effect.fnUntraced(function* (feed: FeedName = "appointments") {
  const sql = yield* SqlClient
  const [row] = yield* sql<{
    readonly isIdle: boolean
    readonly owed: boolean
    readonly sweep: string | null
    readonly read: boolean
  }>`
    select taking_since is null and replay_from is null as "isIdle", replay_from is not null as owed,
      sweep_reason as sweep, read_until is not null as read
    from athena.feeds where practice_id = ${practiceId} and feed = ${feed}`
  return { ...row }
})
