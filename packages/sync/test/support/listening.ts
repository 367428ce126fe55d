/** What a program tells while it runs: its log in both formats, at every level, and its spans as an exporter reads them. */
import { make as makeLogger } from "@athena-engine/athena-core/observability/SafeLogger"
import { safeTracer } from "@athena-engine/athena-core/observability/safeTracer"
import { printed } from "@athena-engine/testing/leaks/printed"
import { Effect, Layer, Logger, References, Tracer } from "effect"

/** Everything that an exporter can read of a span. */
const exported = (span: Tracer.Span): string =>
  printed({
    name: span.name,
    attributes: span.attributes,
    events: span instanceof Tracer.NativeSpan ? span.events : [],
    links: span.links.map(({ attributes }) => attributes),
    exit: span.status._tag === "Ended" ? span.status.exit : undefined
  })

export const listening = () => {
  const lines: Array<string> = []
  const spans: Array<Tracer.Span> = []
  const tracer = safeTracer(
    Tracer.make({
      span: (options) => {
        const span = new Tracer.NativeSpan(options)
        spans.push(span)
        return span
      }
    })
  )
  const layer = Layer.mergeAll(
    Layer.succeed(Tracer.Tracer, tracer),
    Logger.layer([
      makeLogger("json", (line) => void lines.push(line)),
      makeLogger("pretty", (line) => void lines.push(line))
    ]),
    Layer.succeed(References.MinimumLogLevel, "Trace")
  )
  return {
    lines: lines as ReadonlyArray<string>,
    /** What was exported of the spans so far. */
    spans: () => spans.map(exported),
    to: <A, E, R>(program: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => Effect.provide(program, layer)
  }
}
