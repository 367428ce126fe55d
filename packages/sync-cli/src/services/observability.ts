/**
 * Logs and traces of the program, neither of which can carry PHI: the safe logger replaces Effect's own, and every span
 * goes through the safe tracer before it is exported.
 */
import * as SafeLogger from "@athena-engine/athena-core/observability/SafeLogger"
import { safeTracer } from "@athena-engine/athena-core/observability/safeTracer"
import { Effect, Layer, Option, References, Tracer } from "effect"
import type { DatabaseSettings } from "../configuration/settings.ts"
import { eraseProgress } from "../output/progress.ts"
import { version } from "../version.ts"

type Settings = Pick<DatabaseSettings, "logFormat" | "logLevel" | "openTelemetryEndpoint" | "serviceName">

const logging = (settings: Settings): Layer.Layer<never> =>
  Layer.merge(
    SafeLogger.layer(settings.logFormat, (line) => process.stderr.write(`${eraseProgress()}${line}\n`)),
    Layer.succeed(References.MinimumLogLevel, settings.logLevel)
  )

/** Spans and metrics to an OpenTelemetry collector; loaded only where one is configured. */
const exporting = (endpoint: string, settings: Settings): Layer.Layer<never> =>
  Layer.unwrap(
    Effect.promise(async () => {
      const [{ OtlpExporter, OtlpMetrics, OtlpSerialization, OtlpTracer }, { httpClient }] = await Promise.all([
        import("effect/observability"),
        import("./httpDispatcher.ts")
      ])
      const resource = { serviceName: settings.serviceName, serviceVersion: version }
      const base = endpoint.replace(/\/$/, "")
      const tracer = Layer.effect(
        Tracer.Tracer,
        Effect.map(OtlpTracer.make({ url: `${base}/v1/traces`, resource }), safeTracer)
      )
      return Layer.merge(tracer, OtlpMetrics.layer({ url: `${base}/v1/metrics`, resource })).pipe(
        Layer.provide(OtlpExporter.layerFlusher),
        Layer.provide(OtlpSerialization.layerJson),
        Layer.provide(httpClient(endpoint))
      )
    })
  )

export const observability = (settings: Settings): Layer.Layer<never> =>
  Option.match(settings.openTelemetryEndpoint, {
    onNone: () => logging(settings),
    onSome: (endpoint) => Layer.provideMerge(exporting(endpoint, settings), logging(settings))
  })
