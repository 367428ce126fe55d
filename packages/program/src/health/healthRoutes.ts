/**
 * What whoever runs a program asks it:
 *
 * | `GET /health/live` | 200 as long as the process answers |
 * | `GET /health/ready` | 200 or 503 |
 * | `GET /metrics` | Prometheus text |
 *
 * No answer holds more than that, ids of practices, and numbers.
 */
import { Effect, Layer } from "effect"
import { HttpRouter, HttpServerResponse } from "effect/http"

export interface Health<R> {
  /** Whether work can be done now. */
  readonly isReady: Effect.Effect<boolean, never, R>
  readonly metrics: Effect.Effect<string, never, R>
}

const prometheus = "text/plain; version=0.0.4; charset=utf-8"

/** Adds the routes to the program's router. */
export const healthRoutes = <R>({ isReady, metrics }: Health<R>) =>
  Layer.mergeAll(
    HttpRouter.add("GET", "/health/live", HttpServerResponse.text("live\n")),
    HttpRouter.add(
      "GET",
      "/health/ready",
      Effect.map(isReady, (isSo) =>
        HttpServerResponse.text(isSo ? "ready\n" : "not ready\n", { status: isSo ? 200 : 503 })
      )
    ),
    HttpRouter.add(
      "GET",
      "/metrics",
      Effect.map(metrics, (text) => HttpServerResponse.text(text, { contentType: prometheus }))
    )
  )
