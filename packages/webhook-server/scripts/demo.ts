/**
 * The whole loop, as it would be in a practice: somebody books, moves and cancels appointments, athenahealth tells of it, twice and
 * in the wrong order, the rows are up to date a moment later, and a handler reminds. Everything runs here, with synthetic people,
 * in a database that is thrown away; nothing else is touched, whatever the environment says.
 */
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Database from "@athena-engine/database/Database"
import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { on } from "@athena-engine/inbox/handlers/on"
import { Program } from "@athena-engine/program/Program"
import { observability } from "@athena-engine/program/services/observability"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { SimulatorServer } from "@athena-engine/simulator/server/SimulatorServer"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { ConfigProvider, Data, Effect, Layer, Schedule } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { webhookServerSettings } from "../src/configuration/webhookServerSettings.ts"
import { receiverPath } from "../src/receive/Receiver.ts"
import { WebhookServer } from "../src/server/WebhookServer.ts"

const athenaSync = fileURLToPath(new URL("../../sync-cli/src/main.ts", import.meta.url))
const practiceId = "195900"
const topics = ["schedule", "update", "cancel", "reschedule"].map((event) => `Appointment.${event}`)

class DemoFailed extends Data.TaggedError("DemoFailed")<{ readonly problem: string }> {
  override get message() {
    return this.problem
  }
}

const say = (text: string) => Effect.sync(() => void process.stdout.write(`${text}\n`))

type Variables = Readonly<Record<string, string>>

/** Runs one command of `athena-sync`, as it would be typed. */
const command = (environment: Variables, args: ReadonlyArray<string>) =>
  Effect.callback<void, DemoFailed>((resume) => {
    const { HOME = "/", PATH = "" } = process.env
    const child = spawn(process.execPath, [athenaSync, ...args], {
      stdio: ["ignore", "inherit", "inherit"],
      env: { HOME, PATH, LOG_LEVEL: "warn", ...environment }
    })
    const failed = (problem: string) =>
      resume(Effect.fail(new DemoFailed({ problem: `athena-sync ${args[0]} ${problem}` })))
    child.on("error", () => failed("could not be started"))
    child.on("exit", (code) => (code === 0 ? resume(Effect.void) : failed(`ended with ${code}`)))
    return Effect.sync(() => void child.kill())
  })

const reminders = { sent: 0, withdrawn: 0 }

/** Of an appointment its id and no more is shown: when somebody sees a doctor is nobody's business on a terminal. */
const remind = on("Appointment.*", { name: "reminders" }, ({ record, topic }) =>
  Effect.suspend(() => {
    if (record === undefined) return Effect.void
    const isOn = record.status === "f"
    if (isOn) reminders.sent++
    else reminders.withdrawn++
    return say(`  ${isOn ? "remind  " : "withdraw"}  appointment ${record.appointmentId}  (${topic})`)
  })
)

/** Twelve appointments: four are booked, four moved to another hour, one of these again, four cancelled. */
const aBusyMorning = Effect.gen(function* () {
  const simulator = yield* Simulator
  const { appointments } = yield* simulator.snapshot(practiceId)
  const booked = appointments.filter(({ patientId, status }) => patientId !== null && status === "f").slice(0, 12)
  const touched: Array<string> = []
  for (const [n, { appointmentId, date, patientId }] of booked.entries()) {
    if (n < 4) {
      const made = yield* simulator.mutate({ kind: "book", practiceId, patientId: patientId ?? "", date })
      touched.push(made.appointmentId ?? "")
    } else if (n < 8) {
      yield* simulator.mutate({ kind: "move", practiceId, appointmentId, startTime: "14:30" })
      yield* simulator.mutate({ kind: "move", practiceId, appointmentId, startTime: "15:10" })
      touched.push(appointmentId)
    } else {
      yield* simulator.mutate({ kind: "cancel", practiceId, appointmentId })
      touched.push(appointmentId)
    }
  }
  return touched
})

/** What is in the database, next to what is so. */
const looked = Effect.fnUntraced(function* (touched: ReadonlyArray<string>) {
  const sql = yield* SqlClient
  const simulator = yield* Simulator
  const { appointments } = yield* simulator.snapshot(practiceId)
  const truth = new Map(
    appointments.map(({ appointmentId, date, startTime, status }) => [appointmentId, `${date} ${startTime} ${status}`])
  )
  const rows = yield* sql<{ readonly id: string; readonly is: string }>`
    select appointment_id as id, to_char(date + start_time, 'YYYY-MM-DD HH24:MI') || ' ' || status as is
    from athena.appointments where practice_id = ${practiceId} and appointment_id = any(${touched}::text[])`
  const [counts] = yield* sql<{
    readonly events: number
    readonly open: number
    readonly owed: number
    readonly calls: number
  }>`
    select (select count(*)::int from webhook.events) as events,
      (select count(*)::int from webhook.events where status in ('pending', 'processing')) as open,
      (select count(*)::int from webhook.deliveries where status <> 'done') as owed,
      (select count(*)::int from audit.events where source = 'webhook' and endpoint like '%/appointments/{appointmentid}') as calls`
  return {
    fresh: rows.filter(({ id, is }) => truth.get(id) === is).length,
    events: counts?.events ?? 0,
    isDone: counts?.open === 0 && counts.owed === 0,
    calls: counts?.calls ?? 0
  }
})

const demo = Effect.gen(function* () {
  const { origin } = yield* SimulatorServer
  const dataDir = mkdtempSync(join(tmpdir(), "athena-demo-"))
  yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(dataDir, { recursive: true, force: true })))
  const environment: Variables = {
    ATHENA_ENVIRONMENT: "sandbox",
    ATHENA_BASE_URL: origin,
    ATHENA_SANDBOX_CLIENT_ID: "simulator",
    ATHENA_SANDBOX_CLIENT_SECRET: "simulator-secret",
    ATHENA_PRACTICES: practiceId,
    ATHENA_WEBHOOK_SECRETS: "a-secret-of-the-demonstration",
    ATHENA_DATA_DIR: dataDir,
    PORT: "0",
    LOG_LEVEL: "warn"
  }
  const settings = yield* Effect.provide(
    webhookServerSettings,
    ConfigProvider.layer(ConfigProvider.fromEnv({ env: environment }))
  )
  const logs = observability(settings)

  yield* Effect.gen(function* () {
    const { isReady, port } = yield* WebhookServer
    yield* say("The simulator, and athena-webhooks with a handler that reminds. Waiting for its database …")
    yield* Effect.repeat(isReady, { schedule: Schedule.spaced("100 millis"), until: (isSo) => isSo })

    const endpoint = `http://127.0.0.1:${port}${receiverPath}`
    yield* say("\n$ athena-sync subscriptions create --topic … --endpoint …")
    yield* command(environment, [
      "subscriptions",
      "create",
      ...topics.flatMap((topic) => ["--topic", topic]),
      "--endpoint",
      endpoint
    ])

    yield* say("\nA busy morning: 4 appointments booked, 4 moved twice, 4 cancelled. What the handler does:")
    const simulator = yield* Simulator
    const touched = yield* aBusyMorning
    const look = Effect.provide(looked(touched), Database.layer({ _tag: "Embedded", dataDir }))
    const isTold = Effect.map(simulator.notifications, (sent) => sent.every(({ state }) => state === "delivered"))
    const found = yield* Effect.repeat(look, {
      schedule: Schedule.spaced("300 millis"),
      until: ({ events, fresh, isDone }) =>
        Effect.map(isTold, (isSo) => isSo && isDone && fresh === touched.length && events >= touched.length)
    }).pipe(
      Effect.timeoutOrElse({
        duration: "40 seconds",
        orElse: () => Effect.fail(new DemoFailed({ problem: "The rows did not become what they should be in 40 s" }))
      })
    )
    const sent = yield* simulator.notifications
    const told = sent.reduce((sum, { eventIds }) => sum + eventIds.length, 0)
    yield* say(
      [
        "",
        `  ${sent.length} signed notifications came, with ${told} events in them, late and in any order`,
        `  ${found.events} different events were committed before they were acknowledged; ${told - found.events} had come before`,
        `  ${found.calls} audited calls brought ${found.fresh} of ${touched.length} rows to what athenahealth says now`,
        `  ${reminders.sent} reminders were sent, ${reminders.withdrawn} withdrawn`
      ].join("\n")
    )
    if (told <= found.events) return yield* new DemoFailed({ problem: "Nothing came twice" })
    yield* say("\n$ athena-sync audit verify")
    yield* command(environment, ["audit", "verify"])
  }).pipe(
    Effect.provide(Layer.provideMerge(WebhookServer.layer(settings, { handlers: [remind] }), logs)),
    mapSqlError("demo.look")
  )
  yield* say("\nThe server has finished what it held, and left. Your own: see packages/webhook-server/README.md")
})

const simulator = Layer.provideMerge(
  SimulatorServer.layer(),
  Simulator.layer({
    notifications: {
      seed: 7,
      mostEvents: 3,
      rules: [
        { match: { topic: "Appointment.update" }, fault: { kind: "duplicate", laterMilliseconds: 400 } },
        { when: { probability: 0.5 }, fault: { kind: "late", milliseconds: 900 } },
        { fault: { kind: "shuffle" } }
      ]
    }
  })
)

NodeRuntime.runMain(
  Effect.scoped(demo).pipe(
    Effect.provide([simulator, NodeServices.layer]),
    Effect.provideService(Program, { name: "athena-webhooks", version: "demo" })
  )
)
