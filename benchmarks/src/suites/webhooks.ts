/**
 * What `athena-webhooks` takes in, with its worker running, against two floors of the same minute and PostgreSQL: rows that 16
 * connections commit one by one, and a server that does nothing but one insert for each request.
 */
import { Effect, Schema } from "effect"
import { Postgres } from "../processes/Postgres.ts"
import { runWorker, WorkerFailed } from "../processes/runWorker.ts"
import { startBareServer, startWebhooks } from "../processes/startReceiver.ts"
import { startSimulator } from "../processes/startSimulator.ts"
import type { Line } from "../report/Report.ts"
import type { Suite } from "./Suite.ts"

const practiceId = "195900"
const seconds = 10
const connections = [32, 256] as const
/** Records of the drain, each with so many events. */
const records = 3000
const eventsOfRecord = 3

const Committed = Schema.Struct({ perSecond: Schema.Finite })
const Posted = Schema.Struct({
  statuses: Schema.Record(Schema.String, Schema.Finite),
  perSecond: Schema.Finite,
  p50: Schema.Finite,
  p99: Schema.Finite,
  max: Schema.Finite
})
type Posted = typeof Posted.Type

const Snapshot = Schema.Struct({ appointments: Schema.Array(Schema.Struct({ appointmentId: Schema.String })) })
const Seen = Schema.Struct({
  practices: Schema.Record(Schema.String, Schema.Struct({ routes: Schema.Record(Schema.String, Schema.Finite) }))
})

const asked = <A>(url: string, schema: Schema.Codec<A, unknown>, method = "GET") =>
  Effect.flatMap(
    Effect.promise(() => fetch(url, { method }).then((answer) => answer.json())),
    Schema.decodeUnknownEffect(schema)
  )

/** The environment of a server whose records are read from the simulator. */
const environment = (origin: string, databaseUrl: string, requestsPerSecond: number) => ({
  ATHENA_ENVIRONMENT: "sandbox",
  ATHENA_BASE_URL: origin,
  ATHENA_SANDBOX_CLIENT_ID: "simulator",
  ATHENA_SANDBOX_CLIENT_SECRET: "simulator-secret",
  ATHENA_REQUESTS_PER_SECOND: String(requestsPerSecond),
  ATHENA_APP_REQUESTS_PER_SECOND: String(requestsPerSecond),
  ATHENA_WEBHOOK_SECRETS: "what-the-subscriptions-were-made-with",
  DATABASE_URL: databaseUrl
})

interface Load {
  readonly port: number
  readonly connections: number
  readonly appointmentIds: ReadonlyArray<string>
  readonly perSecond?: number
  readonly atMost?: number
}

/** Posts, and fails if anything but 200 was answered: a refusal is quick, and would be a good figure. */
const post = Effect.fnUntraced(function* (load: Load) {
  const posted = yield* runWorker("post", { seconds, ...load }, Posted)
  const { statuses } = posted
  if (Object.keys(statuses).join() !== "200") {
    return yield* new WorkerFailed({
      program: "post",
      output: `not all were acknowledged: ${JSON.stringify(statuses)}`
    })
  }
  return posted
})

const floor = Effect.fnUntraced(function* () {
  const { freshDatabase, settle } = yield* Postgres
  const databaseUrl = yield* freshDatabase
  yield* settle
  return yield* runWorker("commits", { databaseUrl, seconds }, Committed)
})

const millis = ({ max, p50, p99 }: Posted) => `p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)}, max ${max.toFixed(0)} ms`

/** The server against both floors over so many connections, then at seven tenths of what it took. */
const acknowledgements = Effect.fnUntraced(function* (
  origin: string,
  appointmentIds: ReadonlyArray<string>,
  lines: number
) {
  const { freshDatabase, settle } = yield* Postgres
  const commits = yield* floor()
  const bare = yield* Effect.scoped(
    Effect.gen(function* () {
      const port = yield* startBareServer(yield* freshDatabase)
      yield* settle
      return yield* post({ port, connections: lines, appointmentIds })
    })
  )
  const { ours, calm } = yield* Effect.scoped(
    Effect.gen(function* () {
      const port = yield* startWebhooks(environment(origin, yield* freshDatabase, 20))
      yield* settle
      const ours = yield* post({ port, connections: lines, appointmentIds })
      yield* settle
      const calm = yield* post({ port, connections: lines, appointmentIds, perSecond: ours.perSecond * 0.7 })
      return { ours, calm }
    })
  )
  const rate = ({ perSecond }: { readonly perSecond: number }) => `${perSecond.toFixed(0)} a second`
  const over = `${lines} connections`
  return [
    { what: `${over}, floor: rows committed one by one`, measured: rate(commits), ratio: undefined },
    {
      what: `${over}, floor: bare server`,
      measured: `${rate(bare)}; ${millis(bare)}`,
      ratio: bare.perSecond / commits.perSecond
    },
    {
      what: `${over}, athena-webhooks`,
      measured: `${rate(ours)}; ${millis(ours)}; ${(ours.perSecond / bare.perSecond).toFixed(2)} times the bare server`,
      ratio: ours.perSecond / commits.perSecond,
      aim: "0.7×, 1.0 times the bare server, nothing over 1 s"
    },
    {
      what: `${over}, athena-webhooks at 70 % of that`,
      measured: `${rate(calm)}; ${millis(calm)}`,
      ratio: calm.perSecond / commits.perSecond,
      aim: "p99 under 50 ms"
    }
  ] satisfies ReadonlyArray<Line>
})

/** How soon records are read for their events, and how often. */
const drain = Effect.fnUntraced(function* (origin: string, appointmentIds: ReadonlyArray<string>) {
  const { freshDatabase } = yield* Postgres
  const port = yield* startWebhooks(environment(origin, yield* freshDatabase, 1000))
  yield* asked(`${origin}/simulator/statistics`, Schema.Unknown, "DELETE").pipe(Effect.ignore)
  const chosen = appointmentIds.slice(0, records).flatMap((id) => Array.from({ length: eventsOfRecord }, () => id))
  const began = performance.now()
  const posted = yield* post({ port, connections: 32, appointmentIds: chosen, atMost: chosen.length })
  const isDone = Effect.promise(() =>
    fetch(`http://127.0.0.1:${port}/metrics`)
      .then((answer) => answer.text())
      .then((text) => !/^athena_webhook_events\{status="(?:pending|processing)"\} [1-9]/m.test(text))
  )
  yield* Effect.repeat(Effect.delay(isDone, "100 millis"), { until: (done) => done })
  const events = (chosen.length * 1000) / (performance.now() - began)
  const seen = yield* asked(`${origin}/simulator/statistics`, Seen)
  const calls = seen.practices[practiceId]?.routes["appointment"] ?? 0
  return [
    {
      what: `${eventsOfRecord} events of each of ${records} records, all done`,
      measured: `${events.toFixed(0)} events a second, taken in at ${posted.perSecond.toFixed(0)}`,
      ratio: undefined
    },
    {
      what: "calls for a record whose events came together",
      measured: (calls / records).toFixed(3),
      ratio: undefined,
      aim: "under 1.05"
    }
  ] satisfies ReadonlyArray<Line>
})

/** A simulator that takes `milliseconds` for an answer, or none at all. */
const beside = Effect.fnUntraced(function* (
  origin: string,
  appointmentIds: ReadonlyArray<string>,
  what: string,
  fault: object | undefined
) {
  const { freshDatabase } = yield* Postgres
  const api = fault === undefined ? "http://127.0.0.1:9" : origin
  if (fault !== undefined) {
    yield* Effect.promise(() =>
      fetch(`${origin}/simulator/faults`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ rules: [{ fault }] })
      })
    )
  }
  const port = yield* startWebhooks(environment(api, yield* freshDatabase, 20))
  const posted = yield* post({ port, connections: 32, appointmentIds, perSecond: 200 })
  yield* Effect.promise(() => fetch(`${origin}/simulator/faults`, { method: "DELETE" }))
  return {
    what: `200 a second, the API ${what}`,
    measured: millis(posted),
    ratio: undefined
  } satisfies Line
})

/** What is taken in, how soon it is answered, and how soon it is done. */
export const webhooks: Suite = Effect.fnUntraced(function* () {
  const origin = yield* startSimulator({ volume: records * 2, limits: { tokensPerMinute: 1000 } })
  const { appointments } = yield* asked(`${origin}/simulator/snapshot/${practiceId}`, Snapshot)
  const appointmentIds = appointments.map(({ appointmentId }) => appointmentId)
  const taken = yield* Effect.forEach(connections, (lines) => acknowledgements(origin, appointmentIds, lines))
  const drained = yield* Effect.scoped(drain(origin, appointmentIds))
  const faults = [
    ["answers", { kind: "latency", milliseconds: 0 }],
    ["hangs", { kind: "hang" }],
    ["refuses with 503", { kind: "status", status: 503 }],
    ["is down", undefined]
  ] as const
  const calm = yield* Effect.forEach(faults, ([what, fault]) =>
    Effect.scoped(beside(origin, appointmentIds, what, fault))
  )
  return {
    name: "webhooks",
    about:
      `Notifications of one event each, signed, over so many connections for ${seconds} seconds, acknowledged once they are ` +
      "committed; the worker reads records from the simulator meanwhile, 20 a second. Sender, server, simulator and PostgreSQL share " +
      "the machine. The floors run right before: 16 connections that insert one row after the other, and `node:http` with one " +
      "insert by `pg` for each request. Ratios are to the rows committed one by one. At 70 % it is sent by the clock, and the wait " +
      "for a free connection counts.",
    lines: [...taken.flat(), ...drained, ...calm]
  }
})
