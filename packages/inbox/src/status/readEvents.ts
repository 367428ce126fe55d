/**
 * Events that were received and what handlers were owed for them: ids, states and tags, and nothing of any record.
 */
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

export const eventStatuses = ["pending", "processing", "done", "kept", "dead"] as const
export type EventStatus = (typeof eventStatuses)[number]

export interface ListedEvent {
  readonly eventId: string
  readonly practiceId: string
  readonly topic: string
  readonly resource: string
  readonly resourceId: string
  readonly status: EventStatus
  readonly attempts: number
  /** Of kept ones. */
  readonly keptBecause: string | null
  readonly lastErrorTag: string | null
  /** ISO 8601, as the next. */
  readonly receivedAt: string
  readonly processedAt: string | null
}

/** What a handler was owed for an event. One that is claimed reads `pending`. */
export interface ListedDelivery {
  readonly handler: string
  readonly eventId: string
  readonly practiceId: string
  readonly topic: string
  readonly resource: string
  readonly resourceId: string
  readonly status: "pending" | "done" | "dead"
  readonly attempts: number
  readonly lastErrorTag: string | null
  readonly receivedAt: string
  /** When its next attempt is due; of the others null. */
  readonly dueAt: string | null
  readonly doneAt: string | null
}

export interface EventsQuery {
  readonly status?: EventStatus | undefined
  /** None: of every practice. */
  readonly practices: ReadonlyArray<PracticeId>
  /** At most so many of each. */
  readonly limit: number
}

/** The newest events. */
export const readEvents = Effect.fnUntraced(function* ({ limit, practices, status }: EventsQuery) {
  const sql = yield* SqlClient
  return yield* sql<ListedEvent>`
    select event_id as "eventId", practice_id as "practiceId", topic, resource, resource_id as "resourceId", status,
      attempts, kept_because as "keptBecause", last_error_tag as "lastErrorTag",
      to_json(received_at)#>>'{}' as "receivedAt", to_json(processed_at)#>>'{}' as "processedAt"
    from webhook.events
    where ${status === undefined ? sql`true` : sql`status = ${status}`}
      and (${practices.length === 0}::boolean or practice_id = any(${practices}::text[]))
    order by received_at desc, generation desc limit ${limit}`
}, mapSqlError("events.read"))

/** The newest deliveries; with no status, those that are owed or were given up. */
export const readDeliveries = Effect.fnUntraced(function* ({ limit, practices, status }: EventsQuery) {
  const sql = yield* SqlClient
  return yield* sql<ListedDelivery>`
    select handler, event_id as "eventId", practice_id as "practiceId", topic, resource, resource_id as "resourceId",
      status, attempts, last_error_tag as "lastErrorTag", to_json(received_at)#>>'{}' as "receivedAt",
      case when status = 'pending' then to_json(due_at)#>>'{}' end as "dueAt", to_json(done_at)#>>'{}' as "doneAt"
    from webhook.deliveries
    where ${status === undefined ? sql`status in ('pending', 'dead')` : sql`status = ${status}`}
      and (${practices.length === 0}::boolean or practice_id = any(${practices}::text[]))
    order by received_at desc, position desc limit ${limit}`
}, mapSqlError("deliveries.read"))
