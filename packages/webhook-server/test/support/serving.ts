/** The receiver on a real socket, over an inbox in memory. */
import { Inbox } from "@athena-engine/inbox/commit/Inbox"
import type { InboxBusy } from "@athena-engine/inbox/commit/InboxBusy"
import type { Receipt, Received } from "@athena-engine/inbox/commit/Received"
import { Effect, Layer, Metric } from "effect"
import { makeReceiver, type ReceiverOptions, receiverPath } from "../../src/receive/Receiver.ts"
import { routes } from "../../src/server/routes.ts"
import { WebServer, type WebServerOptions } from "../../src/server/WebServer.ts"
import { secrets } from "./notification.ts"

type Accept = (received: Received) => Effect.Effect<Receipt, InboxBusy>

/** Keeps what it is given, and answers as it is told. */
export const memoryInbox = () => {
  const accepted: Array<Received> = []
  const keep: Accept = (received) =>
    Effect.sync(() => {
      accepted.push(received)
      return { fresh: received.events.length, known: 0 }
    })
  let behaviour = keep
  const inbox = Inbox.of({
    accept: (received) => Effect.suspend(() => behaviour(received)),
    waiting: Effect.succeed(0)
  })
  return {
    accepted,
    keep,
    behave: (as: Accept) => {
      behaviour = as
    },
    layer: Layer.succeed(Inbox, inbox)
  }
}

export interface Served {
  readonly receiver?: Partial<ReceiverOptions>
  readonly server?: WebServerOptions
}

/** Counters of its own, too. */
export const serving = (inbox: ReturnType<typeof memoryInbox>, { receiver, server }: Served = {}) =>
  Layer.unwrap(
    Effect.map(makeReceiver({ secrets, ...receiver }), (listener) =>
      WebServer.layer(routes({ [receiverPath]: listener }), { port: 0, ...server })
    )
  ).pipe(Layer.provide(inbox.layer), Layer.provideMerge(Layer.sync(Metric.MetricRegistry, () => new Map())))

/** What a counter of refusals or cuts says, of one reason. */
export const counted = (name: string, reason: string) =>
  Effect.map(Metric.snapshot, (metrics) => {
    const found = metrics.find(({ attributes, id }) => id === name && attributes?.["reason"] === reason)
    return found?.type === "Counter" ? Number(found.state.count) : 0
  })

export const refusals = (reason: string) => counted("athena_webhook_refusals_total", reason)
export const cuts = (reason: string) => counted("athena_webhook_cut_connections_total", reason)
