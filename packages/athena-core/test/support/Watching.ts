/**
 * Runs an effect as a program does, and keeps everything that comes out of it: log lines in both formats at every level,
 * spans and the bytes that would reach a collector, metrics, and every way to print how it ended.
 */
import { inspect } from "node:util"
import { printed } from "@athena-engine/testing/leaks/printed"
import { Cause, Effect, Exit, Formatter, Layer, Logger, Metric, References, Tracer } from "effect"
import { HttpClient, HttpClientResponse } from "effect/http"
import { OtlpExporter, OtlpMetrics, OtlpSerialization, OtlpTracer, PrometheusMetrics } from "effect/observability"
import { make as makeLogger } from "../../src/observability/SafeLogger.ts"
import { safeTracer } from "../../src/observability/safeTracer.ts"

export interface Watched<A, E> {
  readonly exit: Exit.Exit<A, E>
  /** What came out by each way out, less the value of a success. */
  readonly ways: Readonly<Record<string, string>>
  readonly spans: number
}

/** A collector that keeps what it is sent. */
const collector = (received: Array<string>) =>
  Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make((request, url) =>
      Effect.sync(() => {
        const bytes = request.body._tag === "Uint8Array" ? request.body.body : new Uint8Array()
        received.push(`${url.href} ${JSON.stringify(request.headers)} ${new TextDecoder().decode(bytes)}`)
        return HttpClientResponse.fromWeb(request, new Response("{}"))
      })
    )
  )

/** Everything is sent at the end: a test's clock passes many an interval. */
const once = { resource: { serviceName: "test" }, exportInterval: "1 day" } as const

const exporters = (received: Array<string>, spans: Array<Tracer.Span>) => {
  const keeping = (tracer: Tracer.Tracer) =>
    Tracer.make({
      ...tracer,
      span(options) {
        const span = tracer.span(options)
        spans.push(span)
        return span
      }
    })
  return Layer.effect(
    Tracer.Tracer,
    Effect.map(OtlpTracer.make({ ...once, url: "http://collector.test/v1/traces" }), (tracer) =>
      safeTracer(keeping(tracer))
    )
  ).pipe(
    Layer.merge(OtlpMetrics.layer({ ...once, url: "http://collector.test/v1/metrics" })),
    Layer.provideMerge(OtlpExporter.layerFlusher),
    Layer.provide(OtlpSerialization.layerJson),
    Layer.provide(collector(received))
  )
}

/** What a program that is careless with what it was given does: logs it, annotates with it, puts it into its own spans. */
const carelessly = <A, E>(exit: Exit.Exit<A, E>) => {
  const thing: unknown = Exit.isSuccess(exit) ? exit.value : exit.cause
  const logged = Effect.forEach(
    [Effect.logTrace, Effect.logDebug, Effect.logInfo, Effect.logWarning, Effect.logError, Effect.logFatal] as const,
    (log) => log("A program logs what it was given", thing, Exit.isSuccess(exit) ? "" : exit.cause)
  )
  return logged.pipe(
    Effect.annotateLogs({ record: thing, recordId: thing, patientId: printed(thing), reason: thing }),
    Effect.andThen(Effect.annotateCurrentSpan("record", printed(thing))),
    Effect.andThen(Effect.asVoid(exit)),
    Effect.withSpan("careless", { attributes: { record: printed(thing) } }),
    Effect.withLogSpan("careless"),
    Effect.exit
  )
}

const printedCause = (cause: Cause.Cause<unknown>): string =>
  [
    Cause.pretty(cause),
    printed(cause),
    ...Cause.prettyErrors(cause, { includeCauseInStack: true }).map(printed),
    printed(Cause.squash(cause)),
    ...cause.reasons.map((reason) => (Cause.isFailReason(reason) ? printed(reason.error) : printed(reason)))
  ].join("\n")

/** A value as programs print it that use Effect's own formatters and loggers. */
export const printedEverywhere = (value: unknown): string =>
  [printed(value), Formatter.format(value), Formatter.formatJson(value)].join("\n")

export const watch = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<Watched<A, E>, never, R> =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const received: Array<string> = []
    const spans: Array<Tracer.Span> = []
    const exit = yield* Effect.gen(function* () {
      const ended = yield* Effect.exit(Effect.withSpan(effect, "watched"))
      yield* carelessly(ended)
      const flusher = yield* OtlpExporter.Flusher
      yield* flusher.flush
      return ended
    }).pipe(
      Effect.provide(
        Layer.mergeAll(
          exporters(received, spans),
          Logger.layer([
            makeLogger("json", (line) => lines.push(line)),
            makeLogger("pretty", (line) => lines.push(line))
          ]),
          Layer.succeed(References.MinimumLogLevel, "Trace")
        )
      )
    )
    const metrics = `${inspect(yield* Metric.snapshot, { depth: 30 })}\n${yield* PrometheusMetrics.format()}`
    return {
      exit,
      spans: spans.length,
      ways: {
        log: lines.join("\n"),
        spans: spans
          .map(({ attributes, links, name, status, ...span }) => printed({ attributes, links, name, status, ...span }))
          .join("\n"),
        collector: received.join("\n"),
        metrics,
        failure: Exit.isFailure(exit) ? printedCause(exit.cause) : ""
      }
    }
  }).pipe(Effect.provideService(Metric.MetricRegistry, new Map()))
