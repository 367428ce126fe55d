/**
 * What the database knows of the state of each practice's resources.
 */
import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { type Resource, runResources } from "../runs/SyncResult.ts"

export interface ResourceStatus {
  readonly practiceId: string
  /** A table's name, or the feed of its changes. */
  readonly resource: string
  /**
   * What is stored is at least as it was then, ISO 8601; null until a run was whole. Of appointments, it holds for the range
   * that was last read whole.
   */
  readonly freshAsOf: string | null
  /** Since then, by the database's clock. */
  readonly ageSeconds: number | null
  readonly lastRun: {
    readonly runId: string
    readonly status: string
    readonly startedAt: string
    readonly finishedAt: string | null
    readonly errorTag: string | null
    /** Until when the practice was told to wait, if it was. */
    readonly retryAt: string | null
    readonly requests: number
    /** Requests that were refused for their rate. */
    readonly rateLimited: number
  } | null
  /** The last failure, of a run before the last one too. */
  readonly lastError: { readonly errorTag: string; readonly at: string } | null
  /** How far the reading has come, and when the reading that came there began. */
  readonly watermark: { readonly position: string; readonly readAt: string } | null
  readonly rows: number
  readonly gone: number
  readonly backlog: {
    /** Windows of an unfinished run that need not be read again. */
    readonly finishedWindows: number
    /** Appointments that their day no longer lists, and that wait for their read by id. */
    readonly candidates: number
    /** Records of which a feed and a list could not be put in order, and that wait for their read by id. */
    readonly disputed: number
  }
  readonly quarantined: number
}

/** For every practice and resource that a run, a row or the quarantine names; of some practices, if some are given. */
export const readStatus = (practices: ReadonlyArray<string> = []) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    // A table that has no column for it knows of no record that is gone.
    const counted = (table: Resource, gone: string) => sql`
      select practice_id, ${table} as resource, (count(*) - count(${sql.literal(gone)}))::float8 as rows,
        count(${sql.literal(gone)})::float8 as gone
      from ${sql(`athena.${table}`)} group by practice_id`
    return yield* sql<ResourceStatus>`
      with counted as (
        ${counted("appointments", "gone_at")} union all ${counted("patients", "gone_at")}
        union all ${counted("providers", "gone_at")} union all ${counted("departments", "null")}
        union all ${counted("appointment_types", "null")}
      ),
      named as (
        select practice_id, resource from counted
        union select practice_id, resource from athena.sync_runs where resource <> 'quarantine'
        union select practice_id, resource from athena.quarantine
      ),
      fresh as (
        select named.practice_id, named.resource, watermark.position, watermark.read_at,
          -- Its position moves with every day; only a run that came to its end says that none is missing.
          case when named.resource = 'appointments' then (
            select least(max(run.started_at), watermark.read_at) from athena.sync_runs as run
            where run.practice_id = named.practice_id and run.resource = named.resource
              and run.status in ('complete', 'partial') and run.error_tag is null
            having count(*) > 0
          ) else watermark.read_at end as fresh_at
        from named left join athena.watermarks as watermark using (practice_id, resource)
      )
      select
        fresh.practice_id as "practiceId", fresh.resource, to_json(fresh.fresh_at)#>>'{}' as "freshAsOf",
        floor(extract(epoch from now() - fresh.fresh_at))::float8 as "ageSeconds",
        (
          select jsonb_build_object(
            'runId', run_id, 'status', status, 'startedAt', started_at, 'finishedAt', finished_at,
            'errorTag', error_tag, 'retryAt', retry_at, 'requests', requests, 'rateLimited', rate_limited
          )
          from athena.sync_runs as run
          where run.practice_id = fresh.practice_id and run.resource = fresh.resource
          order by started_at desc limit 1
        ) as "lastRun",
        (
          select jsonb_build_object('errorTag', error_tag, 'at', finished_at)
          from athena.sync_runs as run
          where run.practice_id = fresh.practice_id and run.resource = fresh.resource and run.error_tag is not null
          order by started_at desc limit 1
        ) as "lastError",
        case when fresh.position is not null then
          jsonb_build_object('position', fresh.position, 'readAt', fresh.read_at)
        end as watermark,
        coalesce(counted.rows, 0) as rows, coalesce(counted.gone, 0) as gone,
        jsonb_build_object(
          'finishedWindows', (
            select count(*) from athena.finished_windows as done
            where done.practice_id = fresh.practice_id and done.resource = fresh.resource
          ),
          'candidates', (
            select count(*) from athena.candidates as candidate
            where candidate.practice_id = fresh.practice_id and fresh.resource = 'appointments'
          ),
          'disputed', (
            select count(*) from athena.disputed_changes as disputed
            where disputed.practice_id = fresh.practice_id and fresh.resource = 'changed_' || disputed.feed
          )
        ) as backlog,
        (
          select count(*)::int from athena.quarantine
          where quarantine.practice_id = fresh.practice_id and quarantine.resource = fresh.resource
        ) as quarantined
      from fresh left join counted using (practice_id, resource)
      where ${practices.length === 0}::boolean or fresh.practice_id = any(${practices}::text[])
      order by length(fresh.practice_id), fresh.practice_id, array_position(${runResources}::text[], fresh.resource)`
  }).pipe(mapSqlError("status.read"))
