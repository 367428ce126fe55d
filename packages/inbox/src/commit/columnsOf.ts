/**
 * Notifications as one array a column, in the order of the statement that takes them.
 */
import { arrayLiteral } from "@athena-engine/sync/rows/arrayLiteral"
import { DateTime } from "effect"
import type { Received, UnreadNotification } from "./Received.ts"

/** Every event once, also if two notifications of a batch hold it; every unreadable Bundle too. */
export const columnsOf = (notifications: ReadonlyArray<Received>) => {
  const all = notifications.flatMap((notification) => notification.events)
  const events = [...new Map(all.map((event) => [event.eventId, event])).values()]
  const unread = notifications.flatMap(
    (notification): ReadonlyArray<UnreadNotification> =>
      notification.unread === undefined ? [] : [notification.unread]
  )
  const unreadOnce = [...new Map(unread.map((one) => [one.digest, one])).values()]
  return {
    events: {
      eventId: arrayLiteral(events.map(({ eventId }) => eventId)),
      practiceId: arrayLiteral(events.map(({ practiceId }) => practiceId)),
      topic: arrayLiteral(events.map(({ topic }) => topic)),
      resource: arrayLiteral(events.map(({ resource }) => resource)),
      resourceId: arrayLiteral(events.map(({ resourceId }) => resourceId)),
      logicalId: arrayLiteral(events.map(({ logicalId }) => logicalId)),
      patientId: arrayLiteral(events.map(({ patientId }) => patientId)),
      departmentId: arrayLiteral(events.map(({ departmentId }) => departmentId)),
      subscriptionId: arrayLiteral(events.map(({ subscriptionId }) => subscriptionId)),
      keptBecause: arrayLiteral(events.map(({ keptBecause }) => keptBecause)),
      occurredMillis: arrayLiteral(
        events.map(({ occurredAt }) => (occurredAt === undefined ? undefined : DateTime.toEpochMillis(occurredAt)))
      )
    },
    unread: {
      digest: arrayLiteral(unreadOnce.map(({ digest }) => digest)),
      reason: arrayLiteral(unreadOnce.map(({ reason }) => reason))
    }
  }
}
