/**
 * The windows that a run which is not finished has done, so that the next one of the same scope goes on behind them: a backfill
 * of years goes on day after day, with nightly runs of other ranges between.
 *
 * They are kept as long as a run of their scope adds to them at least every seven days; then they are asked anew. How old the
 * oldest of them is, the watermark tells.
 */
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { RunResource } from "./SyncResult.ts"

/** Whose windows: see `Run`. */
export interface WindowsOf {
  readonly practiceId: PracticeId
  readonly resource: RunResource
  readonly scope: string
}

/** A run that nobody went on with for so long is abandoned. */
const resumableFor = "7 days"

/** Forgets those of every scope of the practice's resource that nobody goes on with. Uses the primary key, as all here. */
export const forgetAbandoned = Effect.fnUntraced(function* (of: Pick<WindowsOf, "practiceId" | "resource">) {
  const sql = yield* SqlClient
  yield* sql`
    delete from athena.finished_windows
    where practice_id = ${of.practiceId} and resource = ${of.resource} and scope in (
      select scope from athena.finished_windows
      where practice_id = ${of.practiceId} and resource = ${of.resource}
      group by scope having max(read_at) < now() - ${resumableFor}::interval)`
})

/** The keys of those that the next run of the scope need not ask again. */
export const finishedWindows = Effect.fnUntraced(function* (of: WindowsOf) {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly key: string }>`
    select window_key as key from (
      select window_key, max(read_at) over () as last_read_at from athena.finished_windows
      where practice_id = ${of.practiceId} and resource = ${of.resource} and scope = ${of.scope}) as done
    where last_read_at >= now() - ${resumableFor}::interval`
  return new Set(rows.map(({ key }) => key))
})
