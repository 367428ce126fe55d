/**
 * Logs and traces of the program, neither of which can carry PHI: the safe logger replaces Effect's own, and every span
 * goes through the safe tracer before it is exported.
 */
import * as SafeLogger from "@athena-engine/athena-core/observability/SafeLogger"
import { safeTracer } from "@athena-engine/athena-core/observability/safeTracer"
import { Effect, Layer, Option, References, Tracer } from "effect"
import type { DatabaseSettings } from "../configuration/settings.ts"
import { Program } from "../Program.ts"

export type ObservabilitySettings = Pick<
  DatabaseSettings,
  "logFormat" | "logLevel" | "openTelemetryEndpoint" | "serviceName"
>

/** Where a line of the log goes. */
export type WriteLine = (line: string) => void

const toStderr: WriteLine = (line) => void process.stderr.write(`${line}\n`)

const logging = (settings: ObservabilitySettings, write: WriteLine): Layer.Layer<never> =>
  Layer.merge(SafeLogger.layer(settings.logFormat, write), Layer.succeed(References.MinimumLogLevel, settings.logLevel))

/** Spans and metrics to an OpenTelemetry collector; loaded only where one is configured. */
const exporting = (endpoint: string, settings: ObservabilitySettings): Layer.Layer<never> =>
  Layer.unwrap(
    Effect.gen(function* () {
      const { version } = yield* Program
      const [{ OtlpExporter, OtlpMetrics, OtlpSerialization, OtlpTracer }, { httpClient }] = yield* Effect.promise(() =>
        Promise.all([import("effect/observability"), import("./httpDispatcher.ts")])
      )
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

export const observability = (settings: ObservabilitySettings, write: WriteLine = toStderr): Layer.Layer<never> =>
  Option.match(settings.openTelemetryEndpoint, {
    onNone: () => logging(settings, write),
    onSome: (endpoint) => Layer.provideMerge(exporting(endpoint, settings), logging(settings, write))
  })
