/**
 * Stands where the inbox will be, so that the server can listen before there is a database: until then every sender is asked to
 * send again.
 */
import { Inbox } from "@athena-engine/inbox/commit/Inbox"
import { InboxBusy } from "@athena-engine/inbox/commit/InboxBusy"
import { Effect } from "effect"

export class LateInbox {
  #inbox: typeof Inbox.Service | undefined

  /** What the receiver commits to. */
  readonly inbox = Inbox.of({
    accept: (received) =>
      Effect.suspend(() =>
        this.#inbox === undefined
          ? Effect.fail(new InboxBusy({ reason: "not-committed", kind: "starting" }))
          : this.#inbox.accept(received)
      ),
    waiting: Effect.suspend(() => this.#inbox?.waiting ?? Effect.succeed(0))
  })

  /** From now on, what comes is committed. */
  arrived(inbox: typeof Inbox.Service): void {
    this.#inbox = inbox
  }
}
