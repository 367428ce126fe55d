import { Effect, Layer } from "effect"
import { Inbox, type Options } from "../commit/Inbox.ts"
import * as Handlers from "../handlers/Handlers.ts"
import { tableOf } from "../process/readers.ts"

/**
 * The inbox of a program with handlers: an event is work if we have a table for its record, or if a handler wants its topic. All
 * others are kept. Give it the layer of the handlers.
 */
export const layer = (options: Omit<Options, "isWork"> = {}) =>
  Layer.unwrap(
    Effect.map(Handlers.Handlers, ({ wantedOf }) =>
      Inbox.layer({
        ...options,
        isWork: ({ resource, topic }) => tableOf(resource) !== undefined || wantedOf(resource).topics.includes(topic)
      })
    )
  )
