/**
 * Commits a list of reference data, in one transaction:
 *
 * lease still held → rows → if the list is whole: rows that it lacks, watermark → quarantine → counts, finished window
 */
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import type { Lease } from "@athena-engine/database/locks/Leases"
import { Effect } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { release, setAside } from "../quarantine/quarantine.ts"
import type { Written } from "../rows/Written.ts"
import { commitOnce } from "../runs/commitOnce.ts"
import { addWindow, hasWindow, moveWatermark, type Run } from "../runs/Runs.ts"
import { noRows, type RowCounts } from "../runs/SyncResult.ts"
import type { WholeList } from "../walk/readWhole.ts"
import { markUnlisted, type ReferenceResource } from "./sql/markUnlisted.ts"

/** A kind of reference data: where it is kept, and how. */
export interface ReferenceTable<A> {
  readonly resource: ReferenceResource
  readonly idOf: (record: A) => string
  readonly store: (
    practiceId: PracticeId,
    records: ReadonlyArray<A>,
    readAt: string
  ) => Effect.Effect<Written, SqlError, SqlClient>
}

/** A list is asked for anew by every run; its window is there to know its commit again. */
const windowKey = "list"

export const commitList = Effect.fnUntraced(function* <A>(
  run: Run,
  table: ReferenceTable<A>,
  list: WholeList<A>,
  readAt: string,
  lease: Lease
) {
  const { idOf, resource, store } = table
  const { misfits, records } = list
  const aside = { ...run, resource }

  const work = Effect.gen(function* () {
    const { inserted, updated } = yield* store(run.practiceId, records, readAt)
    if (list.isWhole) {
      yield* markUnlisted(run, resource, list.ids, readAt)
      yield* moveWatermark(run, `all ${resource.replace("_", " ")}`, readAt)
    }
    yield* release(aside, records.map(idOf))
    yield* setAside(aside, misfits)
    const counts: RowCounts = {
      ...noRows,
      fetched: records.length + misfits.length,
      inserted,
      updated,
      unchanged: records.length - inserted - updated,
      quarantined: misfits.length
    }
    yield* addWindow(run, windowKey, readAt, counts)
    return counts
  })
  return yield* commitOnce(run, lease, {
    operation: `${resource}.commit`,
    work,
    isCommitted: hasWindow(run, windowKey, readAt)
  })
})
