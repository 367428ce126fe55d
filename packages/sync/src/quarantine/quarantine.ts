/**
 * Records that did not fit their schema, kept aside with the path and the expectation, never the value. A record that
 * fits later, or is gone, leaves the quarantine by itself.
 */
import type { Misfit } from "@athena-engine/athena-core/endpoints/RecordKind"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { arrayLiteral } from "../rows/arrayLiteral.ts"
import { contentHash, storableRecord } from "../rows/storable.ts"
import type { Run } from "../runs/Runs.ts"
import type { RunResource } from "../runs/SyncResult.ts"

type Setting = Pick<Run, "runId" | "practiceId"> & { readonly resource: RunResource }

/** In a window's transaction. Twice the same record is one row. */
export const setAside = Effect.fnUntraced(function* (run: Setting, misfits: ReadonlyArray<Misfit>) {
  if (misfits.length === 0) return
  const sql = yield* SqlClient
  const rows = new Map(
    misfits.map((misfit) => {
      const json = storableRecord(misfit.raw)
      // A record without an id is known by its content.
      const key = misfit.recordId ?? `sha1:${contentHash(json)}`
      return [key, { key, recordId: misfit.recordId ?? null, reason: misfit.reason, json }] as const
    })
  )
  const all = [...rows.values()]
  yield* sql`
    insert into athena.quarantine (practice_id, resource, record_key, record_id, reason, raw, run_id)
    select ${run.practiceId}, ${run.resource}, record_key, record_id, reason, raw, ${run.runId}
    from unnest(
      ${arrayLiteral(all.map((row) => row.key))}::text[],
      ${arrayLiteral(all.map((row) => row.recordId))}::text[],
      ${arrayLiteral(all.map((row) => row.reason))}::text[],
      ${all.map((row) => row.json)}::jsonb[]
    ) as misfit (record_key, record_id, reason, raw)
    on conflict (practice_id, resource, record_key) do update set
      reason = excluded.reason, raw = excluded.raw, run_id = excluded.run_id, last_seen_at = now()`
})

/** In a window's transaction: these records fit now, or are gone. */
export const release = Effect.fnUntraced(function* (run: Setting, recordIds: ReadonlyArray<string>) {
  if (recordIds.length === 0) return
  const sql = yield* SqlClient
  yield* sql`
    delete from athena.quarantine using unnest(${arrayLiteral(recordIds)}::text[]) as fitting (id)
    where practice_id = ${run.practiceId} and resource = ${run.resource} and record_key = fitting.id`
})
