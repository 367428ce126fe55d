import { inspect } from "node:util"
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { make as makeLogger } from "@athena-engine/athena-core/observability/SafeLogger"
import { safeTracer } from "@athena-engine/athena-core/observability/safeTracer"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, Metric, References, Tracer } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { readStatus } from "../../src/status/readStatus.ts"
import { engine } from "../support/engine.ts"
import { appointments, count, happens, patients, someOn } from "../support/practice.ts"

const marker = "QXMARKERXQ"
const week = { from: "2019-06-03", to: "2019-06-07" }
const all = (value: unknown) =>
  inspect(value, { depth: 12, maxStringLength: null, maxArrayLength: null, getters: true })

/** Everything that an exporter can read of a span. */
const exported = (span: Tracer.Span) =>
  all({
    name: span.name,
    attributes: span.attributes,
    events: span instanceof Tracer.NativeSpan ? span.events : [],
    links: span.links.map(({ attributes }) => attributes),
    exit: span.status._tag === "Ended" ? span.status.exit : undefined
  })

/** Every column of every table of the three schemas as text, less the columns that hold the records themselves. */
const everythingStored = Effect.gen(function* () {
  const sql = yield* SqlClient
  const tables = yield* sql<{ readonly name: string }>`
    select format('%I.%I', table_schema, table_name) as name from information_schema.tables
    where table_schema in ('athena', 'athena_meta', 'audit') order by 1`
  const texts = yield* Effect.forEach(tables, ({ name }) => {
    const without =
      name === "athena.patients" ? "- 'raw' - 'first_name' - 'last_name' - 'email' - 'mobile_phone'" : "- 'raw'"
    return sql.unsafe<{ readonly text: string }>(`select (to_jsonb(t) ${without})::text as text from ${name} t`)
  })
  const canonical = yield* sql<{
    readonly text: string
  }>`select convert_from(canonical, 'UTF8') as text from audit.entries`
  return [...texts.flat(), ...canonical].map(({ text }) => text)
})

describe("a marker in every string of every patient and appointment", () => {
  it.live("is in the records' own columns and in nothing else that leaves the engine", () =>
    Effect.gen(function* () {
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
      const simulator = yield* Simulator
      const plant = { fault: { kind: "plantMarker", marker } } as const
      const misfits = [
        {
          match: { route: "bookedMultipleDepartment" },
          fault: { kind: "badRecord", field: "date", value: marker, every: 9 }
        },
        {
          match: { route: "patient", id: "30003" },
          fault: { kind: "badRecord", field: "dob", value: `${marker} 1980` }
        },
        { match: { route: "appointment" }, fault: { kind: "badRecord", field: "starttime", value: [marker], every: 1 } }
      ] as const
      const unreadable = [
        {
          match: { route: "bookedMultipleDepartment" },
          when: { probability: 0.2 },
          fault: { kind: "truncate", after: 0.6 }
        },
        { match: { route: "patient" }, when: { probability: 0.2 }, fault: { kind: "malformedJson" } },
        { match: { route: "patient" }, when: { probability: 0.05 }, fault: { kind: "status", status: 500 } }
      ] as const

      const program = Effect.gen(function* () {
        yield* simulator.setFaults({ rules: [plant, ...misfits, ...unreadable] })
        const results: Array<unknown> = [yield* appointments(week), yield* patients()]
        // Read by id: one that moved and does not fit, one that is unknown.
        yield* happens({ kind: "move", appointmentId: (yield* someOn(week.from, 1))[0] ?? "", date: "2019-06-20" })
        yield* happens({ kind: "delete", appointmentId: (yield* someOn("2019-06-04", 1))[0] ?? "" })
        results.push(yield* appointments(week))
        // Runs that fail: with the marker in the error, in what cannot be read, and under the trail.
        results.push(yield* appointments(week, PracticeId.make("195903")))
        yield* simulator.setFaults({
          rules: [plant, { match: { route: "bookedMultipleDepartment" }, fault: { kind: "truncate", after: 0.9 } }]
        })
        results.push(yield* appointments(week))
        yield* simulator.setFaults({ rules: [plant] })
        const sql = yield* SqlClient
        // The database refuses a row, and quotes it.
        yield* sql`alter table athena.patients add constraint refuses check (last_name not like ${sql.literal(`'%${marker}%'`)}) not valid`
        yield* sql`update athena.patients set content_hash = '', raw = '{}'`.pipe(Effect.ignore)
        yield* sql`delete from athena.patients`
        results.push(yield* patients())
        return { results, status: yield* readStatus, metrics: yield* Metric.snapshot }
      }).pipe(
        Effect.withTracer(tracer),
        Effect.provide(
          Logger.layer([
            makeLogger("json", (line) => void lines.push(line)),
            makeLogger("pretty", (line) => void lines.push(line))
          ])
        ),
        Effect.provideService(References.MinimumLogLevel, "Trace")
      )
      const told = yield* program

      const tags = told.results.map((result) => (result as { readonly error?: { readonly tag: string } }).error?.tag)
      assert.deepStrictEqual(tags, [
        undefined,
        undefined,
        undefined,
        "PracticeNotAuthorized",
        "UnreadableAnswer",
        "DatabaseError"
      ])
      // What the test looks at is there.
      assert.isAbove(lines.length, 12)
      assert.isAbove(spans.length, 100)
      const stored = yield* everythingStored
      assert.isAbove(stored.length, 300)
      assert.isAbove(yield* count("select count(*) from athena.quarantine"), 5)
      assert.isAbove(yield* count(`select count(*) from athena.appointments where raw::text like '%${marker}%'`), 50)

      assert.deepStrictEqual(
        lines.filter((line) => line.includes(marker)),
        []
      )
      assert.deepStrictEqual(
        spans.map(exported).filter((span) => span.includes(marker)),
        []
      )
      assert.deepStrictEqual(
        stored.filter((row) => row.includes(marker)),
        []
      )
      assert.notInclude(all(told), marker)
    }).pipe(Effect.provide(engine({ clockFactor: 20 })))
  )
})
