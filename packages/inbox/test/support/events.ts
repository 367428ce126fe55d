/** Events as they come in, and what became of them. */
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { Effect, Schedule } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { Inbox } from "../../src/commit/Inbox.ts"
import type { ReceivedEvent } from "../../src/commit/Received.ts"

export const practiceId = PracticeId.make("195900")

let events = 0

export const event = (topic: string, resourceId: string, changes: Partial<ReceivedEvent> = {}): ReceivedEvent => ({
  eventId: `event-${++events}`,
  topic,
  practiceId,
  resource: topic.split(".")[0] ?? "",
  resourceId,
  logicalId: undefined,
  patientId: undefined,
  departmentId: undefined,
  subscriptionId: undefined,
  occurredAt: undefined,
  keptBecause: undefined,
  ...changes
})

export const accept = (...received: ReadonlyArray<ReceivedEvent>) =>
  Inbox.use((inbox) => inbox.accept({ events: received }))

export interface EventState {
  readonly status: string
  readonly attempts: number
  readonly tag: string | null
}

export const stateOf = Effect.fnUntraced(function* (eventId: string) {
  const sql = yield* SqlClient
  const [row] = yield* sql<EventState>`
    select status, attempts, last_error_tag as tag from webhook.events where event_id = ${eventId}`
  return row
})

/** Waits for a state of the database, and not for a time. */
export const until = <E, R>(condition: Effect.Effect<boolean, E, R>) =>
  condition.pipe(
    Effect.repeat({ schedule: Schedule.spaced("20 millis"), until: (isSo) => isSo }),
    Effect.timeout("30 seconds")
  )

/** Nothing waits to be read. */
export const isDrained = Effect.gen(function* () {
  const sql = yield* SqlClient
  const rows = yield* sql`select from webhook.resources where not is_dead limit 1`
  return rows.length === 0
})

export const drained = until(isDrained)
