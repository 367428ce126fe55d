/** What a program may do wrong with a value: which of it the logger and the tracer forgive, and that the rest is found. */
import { makeLeakFinder } from "@athena-engine/testing/leaks/LeakFinder"
import { everyMarker, marker } from "@athena-engine/testing/leaks/markers"
import { assert, describe, it } from "@effect/vitest"
import { Data, Effect, Metric, type Tracer } from "effect"
import { watch } from "../support/Watching.ts"

const finder = makeLeakFinder(everyMarker)

/** The ways by which something came out. */
const waysOf = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.map(watch(program), ({ ways }) =>
    Object.entries(ways).flatMap(([way, text]) => (finder.find(way, text).length > 0 ? [way] : []))
  )

class Careless extends Data.TaggedError("Careless")<{ readonly record: unknown; readonly cause?: unknown }> {
  override get message() {
    return `no place for ${marker}`
  }
}

const record = { _tag: marker, lastname: marker, nested: [{ deep: marker }] }

const linked = Effect.flatMap(Effect.makeSpan("another"), (span: Tracer.Span) =>
  Effect.void.pipe(
    Effect.linkSpans(span, { patient: marker }),
    Effect.withSpan("linked", { links: [{ span, attributes: record }] })
  )
)

describe("a program that is careless", () => {
  it.effect.each<[string, Effect.Effect<unknown, unknown>]>([
    ["logs a record", Effect.logError("A record", record, [record], new Map([[marker, record]]))],
    ["logs an error", Effect.logError("An error", new Careless({ record, cause: new Error(marker) }))],
    [
      "annotates its logs with a record",
      Effect.annotateLogs(Effect.log("Annotated"), { ...record, patientId: marker })
    ],
    [
      "puts texts where ids and codes belong",
      Effect.annotateLogs(Effect.log("Annotated"), {
        recordId: `${marker}, Ann`,
        reason: marker,
        status: `a ${marker}`,
        count: marker,
        window: marker,
        endpoint: `GET /v1/195900/patients?lastname=${marker}`
      })
    ],
    ["forges a line", Effect.annotateLogs(Effect.log("Annotated"), { recordId: `1\n${marker}` })],
    [
      "puts a record into a span",
      Effect.withSpan(Effect.annotateCurrentSpan({ ...record }), "a", { attributes: record })
    ],
    [
      "puts texts where a span has its template",
      Effect.withSpan(Effect.void, "a", { attributes: { "athena.endpoint": marker } })
    ],
    ["links spans with a record", linked],
    [
      "tells an event of a span with a record",
      Effect.withSpan(
        Effect.flatMap(Effect.currentSpan, (span) => Effect.sync(() => span.event("told", 0n, record))),
        "a"
      )
    ]
  ])("and %s gives nothing away", ([, program]) =>
    Effect.map(waysOf(program), (ways) => assert.deepStrictEqual(ways, []))
  )

  it.effect("and fails with a record shows it in the failure alone", () =>
    Effect.map(waysOf(Effect.fail(new Careless({ record }))), (ways) => assert.deepStrictEqual(ways, ["failure"]))
  )
})

describe("what the logger and the tracer cannot know", () => {
  it.effect.each<[string, ReadonlyArray<string>, Effect.Effect<unknown, unknown>]>([
    ["a text that is logged", ["log"], Effect.log(`Hello ${marker}`)],
    ["one in lower case", ["log"], Effect.log(`Hello ${marker.toLowerCase()}`)],
    ["one as base64", ["log"], Effect.log(Buffer.from(`{"name": "${marker}"}`).toString("base64"))],
    ["one as hex", ["log"], Effect.log(Buffer.from(marker).toString("hex"))],
    ["one that is percent-encoded", ["log"], Effect.log(`q=${marker.replaceAll("w", "%77")}`)],
    ["the name of a span", ["spans", "collector"], Effect.withSpan(Effect.void, `read ${marker}`)],
    [
      "the tag of a metric",
      ["collector", "metrics"],
      Metric.update(Metric.withAttributes(Metric.counter("test_only"), { patient: marker }), 1)
    ]
  ])("is found: %s", ([, expected, program]) =>
    Effect.map(waysOf(program), (ways) => assert.deepStrictEqual(ways, expected))
  )
})
