import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

/** What was given up for one reason: events whose record could not be read, or deliveries that a handler did not take. */
export interface GivenUp {
  readonly practiceId: string
  /** Null: it was the record that could not be read. */
  readonly handler: string | null
  /** The type of the record, as in `Appointment`. */
  readonly resource: string
  readonly errorTag: string | null
  readonly count: number
  /** ISO 8601. */
  readonly oldest: string
}

/** Dead letters by practice and reason, the 200 most frequent. Indexes: those of dead events and of dead deliveries. */
export const readGivenUp = Effect.flatMap(
  SqlClient,
  (sql) => sql<GivenUp>`
    with dead as (
      select practice_id, null as handler, resource, last_error_tag, received_at from webhook.events where status = 'dead'
      union all
      select practice_id, handler, resource, last_error_tag, received_at from webhook.deliveries where status = 'dead'
    ), reasons as (
      select practice_id, handler, resource, last_error_tag, count(*)::float8 as count, min(received_at) as oldest
      from dead group by practice_id, handler, resource, last_error_tag order by count(*) desc limit 200
    )
    select practice_id as "practiceId", handler, resource, last_error_tag as "errorTag", count, to_json(oldest)#>>'{}' as oldest
    from reasons order by length(practice_id), practice_id, handler nulls first, count desc`
).pipe(mapSqlError("status.givenUp"))
