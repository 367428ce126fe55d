import { Inbox } from "@athena-engine/inbox/commit/Inbox"
import { Effect } from "effect"

/** The inbox, with a line of the log for each event that is new: for whoever looks on, where people are synthetic. */
export const tellEvents = (inbox: typeof Inbox.Service): typeof Inbox.Service =>
  Inbox.of({
    ...inbox,
    accept: (received) =>
      Effect.tap(inbox.accept(received), ({ fresh }) =>
        fresh === 0
          ? Effect.void
          : Effect.forEach(
              received.events,
              ({ practiceId, resourceId, topic }) =>
                Effect.annotateLogs(Effect.logInfo("An event came in"), { practiceId, topic, recordId: resourceId }),
              { discard: true }
            )
      )
  })
