/** The health routes that all programs have, for a plain server of `node:http`. */
import type { IncomingMessage, ServerResponse } from "node:http"
import { type Health, healthRoutes } from "@athena-engine/program/health/healthRoutes"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Effect } from "effect"
import { HttpRouter } from "effect/http"

/** Paths that the listener is for. */
export const healthPaths = ["/health/live", "/health/ready", "/metrics"] as const

/** How long an answer is good: whoever may ask, and however often, the database is asked once in that time. */
const freshness = "1 second"

/** Answers `/health/live`, `/health/ready` and `/metrics`, as long as the scope. */
export const healthListener = Effect.fnUntraced(function* <R>({ isReady, metrics }: Health<R>) {
  const asked = {
    isReady: yield* Effect.cachedWithTTL(isReady, freshness),
    metrics: yield* Effect.cachedWithTTL(metrics, freshness)
  }
  const router = yield* HttpRouter.toHttpEffect(healthRoutes(asked))
  const handler = yield* NodeHttpServer.makeHandler(router, { scope: yield* Effect.scope })
  return (request: IncomingMessage, response: ServerResponse): void => handler(request, response)
})
