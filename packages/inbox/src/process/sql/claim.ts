import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { type ClaimedEvent, leaseSeconds, type Work } from "../Work.ts"

type ClaimedRecord = Omit<Work, "events">

/**
 * Claims records of a practice whose turn it is, oldest first, with their events.
 *
 * In one transaction: lock and claim the records → mark their events. The second statement sees what the first had to wait
 * for, and as long as the records are locked no further event of theirs can be committed: so every event that is there when
 * the claim is committed is marked, and one that comes later moves the record's generation.
 *
 * A record is claimed by one only, until its lease ends; rows that somebody else is at are passed over.
 */
export const claim = Effect.fnUntraced(function* (practiceId: PracticeId, most: number, holder: string) {
  const sql = yield* SqlClient
  return yield* sql.withTransaction(
    Effect.gen(function* () {
      const records = yield* sql<ClaimedRecord>`
        -- Materialised: evaluated once for every row of a join, it would claim more than it may.
        with due as materialized (
          select resource, resource_id from webhook.resources
          where practice_id = ${practiceId} and not is_dead and due_at <= now()
            and not exists (
              select from webhook.pauses where pauses.practice_id = ${practiceId} and pauses.until > now()
            )
          order by due_at limit ${most} for update skip locked
        )
        update webhook.resources as claimed set
          fence = nextval('webhook.generations'), holder = ${holder},
          due_at = now() + ${leaseSeconds}::float8 * interval '1 second'
        from due
        where claimed.practice_id = ${practiceId} and claimed.resource = due.resource
          and claimed.resource_id = due.resource_id
        returning
          claimed.practice_id as "practiceId", claimed.resource, claimed.resource_id as "resourceId",
          claimed.logical_id as "logicalId", claimed.patient_id as "patientId", claimed.fence::text as fence,
          claimed.generation::text as generation, claimed.attempts`
      if (records.length === 0) return []
      const events = yield* sql<ClaimedEvent & { readonly fence: string }>`
        update webhook.events as event set status = 'processing', fence = claimed.fence
        from webhook.resources as claimed
        where claimed.practice_id = ${practiceId}
          and claimed.fence = any(${records.map(({ fence }) => fence)}::bigint[])
          and event.practice_id = claimed.practice_id and event.resource = claimed.resource
          and event.resource_id = claimed.resource_id and event.status in ('pending', 'processing')
        returning
          event.event_id as "eventId", event.topic, event.patient_id as "patientId",
          event.department_id as "departmentId", event.occurred_at as "occurredAt",
          event.received_at as "receivedAt", event.fence::text as fence, event.generation::text as generation`
      const inOrder = [...events].sort((a, b) => (BigInt(order(a)) < BigInt(order(b)) ? -1 : 1))
      return records.map(
        (record): Work => ({ ...record, events: inOrder.filter(({ fence }) => fence === record.fence) })
      )
    })
  )
})

const order = (event: object): string => (event as { readonly generation: string }).generation
