import type { Inbox } from "@athena-engine/inbox/commit/Inbox"
import { makeReceiver, receiverPath } from "@athena-engine/webhook-server/receive/Receiver"
import { routes } from "@athena-engine/webhook-server/server/routes"
import { WebServer } from "@athena-engine/webhook-server/server/WebServer"
import { Effect, Layer, Redacted } from "effect"

export const server = (inbox: Layer.Layer<Inbox>) =>
  Layer.unwrap(
    Effect.map(makeReceiver({ secrets: [Redacted.make("what the subscriptions were made with")] }), (receiver) =>
      WebServer.layer(routes({ [receiverPath]: receiver }), { port: 8443 })
    )
  ).pipe(Layer.provide(inbox))
