/**
 * Sends through again what was given up: dead events, whose records are then read, and dead deliveries, whose handlers are called.
 *
 * One transaction: all of it, or nothing. No delivery is written, claimed or concluded meanwhile, so that what is sent through again
 * comes behind everything that its handler is owed for the record already.
 */
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { channel } from "../commit/sql/commitNotifications.ts"

export interface RedriveOptions {
  /** Of events; none: all that is dead. */
  readonly eventIds: ReadonlyArray<string>
  /** None: of every practice. */
  readonly practices: ReadonlyArray<PracticeId>
}

export interface Redriven {
  /** Events whose records will be read again. */
  readonly events: number
  /** Deliveries that will be made again. */
  readonly deliveries: number
  /** Ids that were given of which nothing was dead. */
  readonly notDead: ReadonlyArray<string>
}

export const redrive = Effect.fnUntraced(function* ({ eventIds, practices }: RedriveOptions) {
  const sql = yield* SqlClient
  const isMeant = sql`status = 'dead'
    and (${eventIds.length === 0}::boolean or event_id = any(${eventIds}::text[]))
    and (${practices.length === 0}::boolean or practice_id = any(${practices}::text[]))`

  // A record that is claimed at this moment is read again afterwards, since its generation moves.
  const events = sql<{ readonly eventId: string }>`
    with redriven as (
      update webhook.events set status = 'pending', attempts = 0, last_error_tag = null
      where ${isMeant}
      returning event_id, practice_id, resource, resource_id, logical_id, patient_id
    ), dirty as (
      insert into webhook.resources as known (
        practice_id, resource, resource_id, logical_id, patient_id, generation, due_at
      )
      select practice_id, resource, resource_id, max(logical_id), max(patient_id), nextval('webhook.generations'), now()
      from redriven group by practice_id, resource, resource_id order by practice_id, resource, resource_id
      on conflict (practice_id, resource, resource_id) do update set
        generation = nextval('webhook.generations'), attempts = 0, is_dead = false,
        due_at = case when known.holder is null then now() else known.due_at end
      returning 1
    )
    select event_id as "eventId", (select count(*) from dirty)::int as records, pg_notify(${channel}, '') from redriven`

  const deliveries = sql<{ readonly eventId: string }>`
    update webhook.deliveries as dead set
      status = 'pending', attempts = 0, last_error_tag = null, due_at = now(), kept_by = null,
      position = again.position, fence = nextval('webhook.generations')
    from (
      select handler, event_id, nextval('webhook.generations') as position
      from (select handler, event_id from webhook.deliveries where ${isMeant} order by position) as given_up
    ) as again
    where dead.handler = again.handler and dead.event_id = again.event_id
    returning dead.event_id as "eventId"`

  return yield* sql.withTransaction(
    Effect.gen(function* () {
      yield* sql`lock table webhook.deliveries in share row exclusive mode`
      const [read, called] = [yield* events, yield* deliveries]
      const found = new Set([...read, ...called].map(({ eventId }) => eventId))
      return {
        events: read.length,
        deliveries: called.length,
        notDead: eventIds.filter((id) => !found.has(id))
      } satisfies Redriven
    })
  )
}, mapSqlError("events.redrive"))
