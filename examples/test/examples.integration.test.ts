/** Every example, as a reader would run it: a process of its own, the simulator over HTTP, a real PostgreSQL. */
import { execFile, spawn } from "node:child_process"
import { createHmac } from "node:crypto"
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { auditMigrations } from "@athena-engine/audit/store/migrations/AuditMigrations"
import { metaMigrations } from "@athena-engine/database/migrations/MetaMigrations"
import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import { Simulator } from "@athena-engine/simulator/Simulator"
import type { SimulatorOptions } from "@athena-engine/simulator/SimulatorOptions"
import { SimulatorServer } from "@athena-engine/simulator/server/SimulatorServer"
import { SimulatorTest } from "@athena-engine/simulator/testing/SimulatorTest"
import { syncMigrations } from "@athena-engine/sync/migrations/SyncMigrations"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Schedule } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

const athenahealth = (options: SimulatorOptions = {}) =>
  SimulatorTest.layerServer({ limits: { tokensPerMinute: 1000 }, ...options })

const world = (options: SimulatorOptions = {}) =>
  Layer.merge(athenahealth(options), TestDatabase.layer([metaMigrations, auditMigrations, syncMigrations]))

const environment = Effect.gen(function* () {
  const { origin } = yield* SimulatorServer
  const { url } = yield* TestDatabase
  return {
    PATH: process.env["PATH"],
    // Half of a start's work is compiling the sources.
    NODE_COMPILE_CACHE: `${tmpdir()}/athena-engine-compiled`,
    ATHENA_ENVIRONMENT: "sandbox",
    ATHENA_BASE_URL: origin,
    ATHENA_SANDBOX_CLIENT_ID: "simulator",
    ATHENA_SANDBOX_CLIENT_SECRET: "simulator-secret",
    ATHENA_PRACTICES: "195900",
    DATABASE_URL: url
  }
})

interface Ran {
  readonly code: number
  readonly lines: ReadonlyArray<string>
  readonly stderr: string
}

const run = Effect.fnUntraced(function* (
  example: string,
  args: ReadonlyArray<string>,
  variables: Readonly<Record<string, string>> = {}
) {
  const env = { ...(yield* environment), ...variables }
  const file = new URL(`../src/${example}.ts`, import.meta.url).pathname
  return yield* Effect.callback<Ran>((resume) => {
    const child = execFile(process.execPath, [file, ...args], { env }, (_, stdout, stderr) =>
      resume(
        Effect.succeed({ code: child.exitCode ?? -1, lines: stdout.split("\n").filter((line) => line !== ""), stderr })
      )
    )
    return Effect.sync(() => child.kill())
  })
})

const tokenFor = async (origin: string, scope: string): Promise<string> => {
  const basic = Buffer.from("simulator:simulator-secret").toString("base64")
  const body = new URLSearchParams({ grant_type: "client_credentials", scope })
  const headers = { authorization: `Basic ${basic}` }
  const answer = await fetch(`${origin}/oauth2/v1/token`, { method: "POST", headers, body })
  return ((await answer.json()) as { readonly access_token: string }).access_token
}

/** Answers of the simulator, past any client. */
const ask = Effect.fnUntraced(function* (path: string) {
  const { origin } = yield* SimulatorServer
  return yield* Effect.promise(async () => {
    const token = await tokenFor(origin, "athena/service/Athenanet.MDP.*")
    const answer = await fetch(`${origin}${path}`, { headers: { authorization: `Bearer ${token}` } })
    return (await answer.json()) as { readonly appointments: ReadonlyArray<Readonly<Record<string, unknown>>> }
  })
})

const day = "startdate=06/03/2019&enddate=06/03/2019"
const bookedThatDay = Effect.map(
  ask(`/v1/195900/appointments/booked?${day}&departmentid=1&limit=1000`),
  ({ appointments }) => appointments
)
const openThatDay = ask(`/v1/195900/appointments/open?${day}&departmentid=1&reasonid=-1&bypassscheduletimechecks=true`)

const webhookSecret = "a-secret-of-the-test"

/** The receiver of the reminders as a process of its own, on a free port. */
const startReminders = Effect.gen(function* () {
  const env = { ...(yield* environment), ATHENA_WEBHOOK_SECRETS: webhookSecret, PORT: "0", LOG_FORMAT: "json" }
  const file = new URL("../src/appointmentReminders.ts", import.meta.url).pathname
  const started = yield* Effect.acquireRelease(
    Effect.sync(() => {
      const child = spawn(process.execPath, [file], { env, stdio: ["ignore", "pipe", "pipe"] })
      let output = ""
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk))
      return { child, output: () => output }
    }),
    ({ child }) => Effect.sync(() => child.kill("SIGKILL"))
  )
  const until = (text: string | RegExp) =>
    Effect.suspend(() => {
      const found = started.output().match(text)
      return found === null ? Effect.fail(`"${text}" is not in: ${started.output()}`) : Effect.succeed(found)
    }).pipe(Effect.retry({ schedule: Schedule.spaced("50 millis"), times: 600 }), Effect.orDie)
  const [, port] = yield* until(/"port":"?(\d+)/)
  yield* until("Ready: notifications are committed")
  return { url: `http://127.0.0.1:${port}/webhooks/athenahealth`, output: started.output, until }
})

const subscribe = Effect.fnUntraced(function* (topic: string, endpoint: string) {
  const { origin } = yield* SimulatorServer
  const backport = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition"
  const { status } = yield* Effect.promise(async () => {
    const token = await tokenFor(origin, "system/Subscription.read system/Subscription.write")
    return fetch(`${origin}/fhir/r4/Subscription`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        "x-hub-secret": webhookSecret
      },
      body: JSON.stringify({
        resourceType: "Subscription",
        status: "requested",
        reason: "Test",
        criteria: `https://api.platform.athenahealth.com/fhir/r4/SubscriptionTopic/${topic}`,
        _criteria: {
          extension: [
            { url: `${backport}/backport-filter-criteria`, valueString: "ah-practice=Organization/a-1.Practice-195900" }
          ]
        },
        channel: {
          type: "rest-hook",
          endpoint,
          payload: "application/fhir+json",
          _payload: { extension: [{ url: `${backport}/backport-payload-content`, valueCode: "id-only" }] }
        }
      })
    })
  })
  assert.strictEqual(status, 201)
})

const succeeded = ({ code, lines, stderr }: Ran) => {
  assert.strictEqual(code, 0, stderr)
  return lines
}

describe("the examples", () => {
  it.live("export a day's schedule, audited and by ids alone", () =>
    Effect.gen(function* () {
      const lines = succeeded(yield* run("daySchedule", ["195900", "2019-06-03"]))
      const rows = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
      const booked = yield* bookedThatDay
      for (const { appointmentid } of booked) {
        assert.isTrue(rows.some((row) => row["appointmentId"] === String(appointmentid)))
      }
      assert.isTrue(rows.every((row) => row["date"] === "2019-06-03" && Object.keys(row).length <= 8))
      const sql = yield* SqlClient
      const [trail] = yield* sql<{ readonly calls: number }>`
        select count(*)::int as calls from audit.events where outcome = 'success' and cardinality(patient_ids) > 0`
      assert.isAtLeast(trail?.calls ?? 0, 1)
    }).pipe(Effect.provide(world()))
  )

  it.live("ask once for the free slots that a hundred visitors look at", () =>
    Effect.gen(function* () {
      const { appointments } = yield* openThatDay
      const simulator = yield* Simulator
      const before = (yield* simulator.statistics).practices["195900"]?.routes["openSlots"] ?? 0
      const lines = succeeded(yield* run("freeSlots", ["195900", "1", "2019-06-03"]))
      assert.strictEqual(lines.length, appointments.length)
      assert.isAbove(lines.length, 0)
      assert.strictEqual(((yield* simulator.statistics).practices["195900"]?.routes["openSlots"] ?? 0) - before, 1)
    }).pipe(Effect.provide(world()))
  )

  const bookOne = Effect.gen(function* () {
    const { appointments } = yield* openThatDay
    const [slot] = appointments
    const booked = yield* bookedThatDay
    const patient = booked.find((one) => one["patientid"] !== undefined)
    const ids = [slot?.["appointmentid"], patient?.["patientid"], slot?.["appointmenttypeid"]].map(String)
    return { slot: ids[0], ran: yield* run("bookSurely", ["195900", ...ids]) }
  })

  it.live("book a slot", () =>
    Effect.gen(function* () {
      const { ran, slot } = yield* bookOne
      assert.deepStrictEqual(succeeded(ran), [`booked: appointment ${slot}`])
    }).pipe(Effect.provide(world()))
  )

  it.live("find that a slot was booked although the answer got lost, and book it once", () =>
    Effect.gen(function* () {
      const { ran, slot } = yield* bookOne
      assert.deepStrictEqual(succeeded(ran), [
        "no answer came; looking at the slot",
        `booked all the same: appointment ${slot}`
      ])
      const simulator = yield* Simulator
      assert.strictEqual((yield* simulator.statistics).practices["195900"]?.routes["bookAppointment"], 1)
    }).pipe(
      Effect.provide(
        world({
          faults: { rules: [{ match: { route: "bookAppointment" }, fault: { kind: "resetMidBody", after: 0.1 } }] }
        })
      )
    )
  )

  it.live("count the appointments of practices under apps of their own, one practice's failure being its own", () =>
    Effect.gen(function* () {
      const folder = yield* Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(`${tmpdir()}/athena-examples-`)),
        (made) => Effect.sync(() => rmSync(made, { recursive: true }))
      )
      const file = `${folder}/credentials.json`
      writeFileSync(file, JSON.stringify({ "195902": { clientId: "another", clientSecret: "wrong" } }))
      chmodSync(file, 0o600)
      const lines = succeeded(
        yield* run("manyPractices", ["2019-06-03"], {
          ATHENA_PRACTICES: "195900,195902",
          ATHENA_CREDENTIALS_FILE: file
        })
      )
      assert.match(lines[0] ?? "", /^195900 {2}\d+ appointments on 2019-06-03$/)
      assert.match(lines[1] ?? "", /^195902 {2}practice 195902, .*refused/)
      assert.notInclude(lines.join(" "), "wrong")
    }).pipe(Effect.scoped, Effect.provide(world()))
  )

  it.live("report what a sync has not brought yet", () =>
    Effect.gen(function* () {
      const lines = succeeded(yield* run("reconciliationReport", ["195900", "2019-06-03", "2019-06-03"]))
      const [summary, ...missing] = lines
      assert.match(summary ?? "", /^practice 195900, 2019-06-03 to 2019-06-03: [1-9]\d* listed, 0 stored$/)
      assert.isTrue(missing.length > 0 && missing.every((line) => line.startsWith("missing here ")))
    }).pipe(Effect.provide(world()))
  )

  it.live("say that there is nothing to compare with before a sync has been there", () =>
    Effect.gen(function* () {
      const { code, stderr } = yield* run("reconciliationReport", ["195900", "2019-06-03", "2019-06-03"])
      assert.strictEqual(code, 1)
      assert.include(stderr, "failed: nothing was synced into this database yet")
    }).pipe(Effect.provide(Layer.merge(athenahealth(), TestDatabase.layer([]))))
  )

  it.live("remind of appointments from signed events, withdraw what was cancelled, and refuse what nobody signed", () =>
    Effect.gen(function* () {
      const receiver = yield* startReminders
      const { fireEvent, mutate, notifications } = yield* Simulator
      yield* subscribe("Appointment.schedule", receiver.url)
      yield* subscribe("Appointment.cancel", receiver.url)
      const booked = (yield* bookedThatDay).find((one) => one["appointmentstatus"] === "f")
      const appointmentId = String(booked?.["appointmentid"])
      yield* fireEvent({ practiceId: "195900", topic: "Appointment.schedule", id: appointmentId })
      yield* receiver.until(`remind    appointment ${appointmentId}  2019-06-03`)
      yield* mutate({ kind: "cancel", practiceId: "195900", appointmentId })
      yield* receiver.until(`withdraw  appointment ${appointmentId}`)
      const reports = yield* notifications
      assert.isTrue(reports.every(({ attempts }) => attempts.at(-1)?.outcome === 200))

      const keyed = (key: string) => createHmac("sha256", key).update("{}").digest("hex")
      for (const signature of ["0".repeat(64), keyed(""), keyed(" ")]) {
        const forged = yield* Effect.promise(() =>
          fetch(receiver.url, { method: "POST", body: "{}", headers: { "x-hub-signature": `sha256=${signature}` } })
        )
        assert.strictEqual(forged.status, 401)
      }
      assert.notMatch(receiver.output(), /Error| {4}at /)
    }).pipe(Effect.scoped, Effect.provide(world()))
  )

  it.live("say in one line which argument does not fit", () =>
    Effect.gen(function* () {
      const { code, lines, stderr } = yield* run("bookSurely", ["195900"])
      assert.strictEqual(code, 1)
      assert.isEmpty(lines)
      assert.strictEqual(stderr, "failed: argument 2 must be the id of an open slot\n")
    }).pipe(Effect.provide(world()))
  )

  it.live("say in one line what is wrong with the configuration", () =>
    Effect.gen(function* () {
      const { code, lines, stderr } = yield* run("daySchedule", [], { ATHENA_SANDBOX_CLIENT_SECRET: "" })
      assert.strictEqual(code, 1)
      assert.isEmpty(lines)
      assert.include(stderr, "ATHENA_SANDBOX_CLIENT_SECRET: missing")
      assert.notInclude(stderr, "    at ")
    }).pipe(Effect.provide(world()))
  )
})
