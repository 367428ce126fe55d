/**
 * What the database knows of the state of each practice's resources.
 */
import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

export interface ResourceStatus {
  readonly practiceId: string
  readonly resource: string
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
  /** How far the reading has come, and when the reading that came there began. */
  readonly watermark: { readonly position: string; readonly readAt: string } | null
  readonly rows: number
  readonly gone: number
  /** Windows of an unfinished run that need not be read again, and candidates that wait for their read by id. */
  readonly backlog: { readonly finishedWindows: number; readonly candidates: number }
  readonly quarantined: number
}

/** For every practice and resource that a run, a row or the quarantine names. */
export const readStatus = Effect.gen(function* () {
  const sql = yield* SqlClient
  return yield* sql<ResourceStatus>`
    with counted as (
      select practice_id, 'appointments' as resource, count(*) filter (where gone_at is null)::int as rows,
        count(gone_at)::int as gone
      from athena.appointments group by practice_id
      union all
      select practice_id, 'patients', count(*) filter (where gone_at is null)::int, count(gone_at)::int
      from athena.patients group by practice_id
    ),
    named as (
      select practice_id, resource from counted
      union select practice_id, resource from athena.sync_runs
      union select practice_id, resource from athena.quarantine
    )
    select
      named.practice_id as "practiceId", named.resource,
      (
        select jsonb_build_object(
          'runId', run_id, 'status', status, 'startedAt', started_at, 'finishedAt', finished_at,
          'errorTag', error_tag, 'retryAt', retry_at, 'requests', requests, 'rateLimited', rate_limited
        )
        from athena.sync_runs as run
        where run.practice_id = named.practice_id and run.resource = named.resource
        order by started_at desc limit 1
      ) as "lastRun",
      (
        select jsonb_build_object('position', position, 'readAt', read_at)
        from athena.watermarks as watermark
        where watermark.practice_id = named.practice_id and watermark.resource = named.resource
      ) as watermark,
      coalesce(counted.rows, 0) as rows, coalesce(counted.gone, 0) as gone,
      jsonb_build_object(
        'finishedWindows', (
          select count(*) from athena.finished_windows as done
          where done.practice_id = named.practice_id and done.resource = named.resource
        ),
        'candidates', (
          select count(*) from athena.candidates as candidate
          where candidate.practice_id = named.practice_id and named.resource = 'appointments'
        )
      ) as backlog,
      (
        select count(*)::int from athena.quarantine
        where quarantine.practice_id = named.practice_id and quarantine.resource = named.resource
      ) as quarantined
    from named left join counted using (practice_id, resource)
    order by length(named.practice_id), named.practice_id, named.resource`
}).pipe(mapSqlError("status.read"))
