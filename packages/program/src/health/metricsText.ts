/**
 * What `GET /metrics` answers: the counters of this process, and gauges that are read from the database when they are asked for.
 */
import { Effect, Metric, Option } from "effect"
import { PrometheusMetrics } from "effect/observability"

const databaseUp = Metric.gauge("athena_database_up", {
  description: "1 if the database answered this request, else 0"
})

/**
 * Prometheus text. `gauges` sets what it reads in a registry that lives as long as the request, so that a practice that has left
 * is not told of for ever. If it fails, or takes longer than 5 s, the rest is told all the same.
 */
export const metricsText = <E, R>(gauges: Effect.Effect<void, E, R>): Effect.Effect<string, never, R> =>
  Effect.gen(function* () {
    const counted = yield* PrometheusMetrics.format()
    const read = yield* Effect.gen(function* () {
      const isUp = yield* gauges.pipe(
        Effect.tapCause((cause) => Effect.logDebug("The gauges could not be read", cause)),
        Effect.exit,
        Effect.timeoutOption("5 seconds"),
        Effect.map(Option.exists((exit) => exit._tag === "Success"))
      )
      yield* Metric.update(databaseUp, isUp ? 1 : 0)
      return yield* PrometheusMetrics.format()
    }).pipe(Effect.provideService(Metric.MetricRegistry, new Map()))
    return counted + read
  })
