import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { RunId } from "@athena-engine/athena-core/ids/RunId"
import { run as verify } from "@athena-engine/audit/verify/Verify"
import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import { Simulator } from "@athena-engine/simulator/Simulator"
import * as PgClient from "@effect/sql-pg/PgClient"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Layer, Redacted } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { engine } from "../support/engine.ts"
import {
  appointments,
  assertExact,
  count,
  happens,
  june,
  requestsOf,
  rowVersions,
  someOn
} from "../support/practice.ts"
import { windowsDone } from "../support/watching.ts"
import { slowly } from "./slowly.ts"

const lists = requestsOf("bookedMultipleDepartment")
const finishedWindows = count("select count(*) from athena.finished_windows")

const lastRun = Effect.gen(function* () {
  const sql = yield* SqlClient
  const [row] = yield* sql`
    select status, error_tag as tag, finished_at is not null as finished from athena.sync_runs
    order by started_at desc limit 1`
  return { ...row }
})

/** The next run goes on behind the finished days, and ends exact. */
const assertResumed = Effect.gen(function* () {
  const finished = yield* finishedWindows
  assert.isAtLeast(finished, 5)
  assert.isBelow(finished, 30)
  const asked = yield* lists
  assert.deepInclude(yield* appointments(june), { status: "complete" })
  assert.strictEqual((yield* lists) - asked, 30 - finished)
  yield* assertExact(june)
  assert.strictEqual(yield* finishedWindows, 0)
})

describe("two runs of one practice", () => {
  it.live("at once: the second says who is at it since when, and nothing is written twice", () =>
    Effect.gen(function* () {
      const { reached, listener } = yield* windowsDone(3)
      const first = yield* Effect.forkChild(listener(appointments(june, undefined, RunId.make("first"))))
      yield* reached
      const second = yield* appointments(june, undefined, RunId.make("second"))
      assert.deepInclude(second, { status: "failed", fetched: 0, inserted: 0, requests: 0 })
      assert.strictEqual(second.error?.tag, "LeaseHeld")
      assert.match(
        second.error?.message ?? "",
        /^appointments of practice 195900 is held by the test since \d{4}-\d\d-\d\dT.*Z\. Wait until it is done, or stop it\.$/
      )
      const result = yield* Fiber.join(first)
      assert.strictEqual(result.status, "complete")
      yield* assertExact(june)
      assert.strictEqual(result.inserted, yield* count("select count(*) from athena.appointments"))
      assert.strictEqual(yield* lists, 30)
      assert.strictEqual(yield* count("select count(*) from athena.sync_runs where run_id = 'second'"), 0)
      assert.strictEqual(yield* count("select count(*) from athena.appointments where run_id <> 'first'"), 0)
    }).pipe(Effect.provide(engine({ simulator: slowly })))
  )

  it.live("one after the other: a complete run leaves nothing to go on with, so the next asks everything anew", () =>
    Effect.gen(function* () {
      yield* appointments(june)
      assert.strictEqual(yield* finishedWindows, 0)
      yield* appointments(june)
      assert.strictEqual(yield* lists, 60)
    }).pipe(Effect.provide(engine()))
  )
})

describe("a run that is stopped", () => {
  it.live("is closed as stopped, gives its lease back, and is gone on with", () =>
    Effect.gen(function* () {
      const { reached, listener } = yield* windowsDone(8)
      const fiber = yield* Effect.forkChild(listener(appointments(june)))
      yield* reached
      yield* Fiber.interrupt(fiber)
      const exit = yield* Fiber.await(fiber)
      assert.isTrue(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause))
      assert.deepStrictEqual(yield* lastRun, { status: "partial", tag: "Stopped", finished: true })
      yield* assertResumed
    }).pipe(Effect.provide(engine({ simulator: slowly })))
  )

  it.live("and whose practice changed meanwhile is exact with the run after the next", () =>
    Effect.gen(function* () {
      const { reached, listener } = yield* windowsDone(12)
      const fiber = yield* Effect.forkChild(listener(appointments(june)))
      yield* reached
      yield* Fiber.interrupt(fiber)
      const [moved = "", deleted = ""] = yield* someOn("2019-06-03", 2)
      yield* happens({ kind: "move", appointmentId: moved, date: "2019-06-27" })
      yield* happens({ kind: "delete", appointmentId: deleted })
      yield* appointments(june)
      yield* appointments(june)
      yield* assertExact(june)
    }).pipe(Effect.provide(engine({ simulator: slowly })))
  )

  it.live("is not gone on with for another range", () =>
    Effect.gen(function* () {
      const { reached, listener } = yield* windowsDone(8)
      const fiber = yield* Effect.forkChild(listener(appointments(june)))
      yield* reached
      yield* Fiber.interrupt(fiber)
      const asked = yield* lists
      const week = { from: "2019-06-03", to: "2019-06-07" }
      yield* appointments(week)
      assert.strictEqual((yield* lists) - asked, 5)
      yield* assertExact(week)
    }).pipe(Effect.provide(engine({ simulator: slowly })))
  )

  it.live("by kill -9 is seen as killed, and is gone on with", () =>
    Effect.gen(function* () {
      const { url } = yield* TestDatabase
      yield* Effect.promise(async () => {
        const child = spawn(process.execPath, [fileURLToPath(new URL("./syncSlowly.ts", import.meta.url))], {
          env: { ...process.env, DATABASE_URL: url },
          stdio: ["ignore", "pipe", "inherit"]
        })
        const exited = once(child, "exit")
        for await (const line of createInterface(child.stdout)) {
          if (Number(line) >= 8) child.kill("SIGKILL")
        }
        await exited
        assert.strictEqual(child.signalCode, "SIGKILL")
      })
      assert.deepStrictEqual(yield* lastRun, { status: "running", tag: null, finished: false })
      yield* assertResumed
      assert.strictEqual(yield* count("select count(*) from athena.sync_runs where error_tag = 'Killed'"), 1)
      assert.strictEqual((yield* verify()).status, "verified")
    }).pipe(Effect.provide(engine({ simulator: slowly })))
  )
})

describe("a database that goes away", () => {
  it.live(
    "in the middle of a run ends it clearly or is lived through; nothing is doubled and the next run is exact",
    () =>
      Effect.gen(function* () {
        const { url } = yield* TestDatabase
        const outside = yield* Layer.build(PgClient.layer({ url: Redacted.make(url), maxConnections: 1 }))
        const cutAll = Effect.provideContext(
          Effect.flatMap(
            SqlClient,
            (sql) => sql`
            select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()`
          ),
          outside
        )
        const { reached, listener } = yield* windowsDone(5)
        const fiber = yield* Effect.forkChild(listener(appointments(june)))
        yield* reached
        yield* Effect.repeat(Effect.delay(cutAll, 40), { times: 5 })
        const result = yield* Fiber.join(fiber)
        if (result.error !== undefined) {
          assert.include(["DatabaseError", "AuditTrailUnavailable", "LeaseLost"], result.error.tag)
          assert.match(result.error.message, /database/)
        }
        assert.strictEqual(result.inserted, yield* count("select count(*) from athena.appointments"))
        yield* appointments(june)
        assert.deepInclude(yield* appointments(june), { status: "complete", inserted: 0, updated: 0 })
        yield* assertExact(june)
        assert.strictEqual((yield* verify()).status, "verified")
      }).pipe(Effect.scoped, Effect.provide(engine({ simulator: slowly })))
  )
})

describe("the audit trail of a run", () => {
  it.live("has one event for every answer that held patient data, with its request and its patients", () =>
    Effect.gen(function* () {
      yield* appointments(june, undefined, RunId.make("audited"))
      const { disclosures } = yield* Simulator.use((simulator) => simulator.statistics)
      const sql = yield* SqlClient
      const events = yield* sql<{ readonly requestId: string; readonly patientIds: ReadonlyArray<string> }>`
        select request_id as "requestId", patient_ids as "patientIds" from audit.events
        where run_id = 'audited' and practice_id = '195900' and outcome = 'success' and cardinality(patient_ids) > 0`
      const sorted = (rows: typeof events) =>
        rows
          .map(({ requestId, patientIds }) => ({ requestId, patientIds: patientIds.toSorted() }))
          .toSorted((a, b) => (a.requestId < b.requestId ? -1 : 1))
      assert.isAtLeast(disclosures.length, 20)
      assert.deepStrictEqual(sorted(events), sorted(disclosures))
      assert.strictEqual(yield* count("select count(*) from audit.events where outcome = 'unknown'"), 0)
      assert.strictEqual((yield* verify()).status, "verified")
    }).pipe(Effect.provide(engine({ simulator: { maxRows: 7 } })))
  )

  const lockedAway = [
    ["cannot be written to at all", "alter table audit.entries rename to entries_away", false],
    [
      "can take no outcome",
      `create function audit.refuse_outcomes() returns trigger language plpgsql as
       $$ begin if new.kind = 'outcome' then raise insufficient_privilege; end if; return new; end $$;
       create trigger refuse_outcomes before insert on audit.entries for each row execute function audit.refuse_outcomes()`,
      true
    ]
  ] as const

  for (const [what, statements, isAnswered] of lockedAway) {
    it.live(`that ${what} ends the run before anything is stored`, () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient
        for (const statement of statements.split(";\n")) yield* sql.unsafe(statement)
        const before = yield* rowVersions
        const result = yield* appointments(june)
        assert.deepInclude(result, { status: "failed", fetched: 0, inserted: 0 })
        assert.strictEqual(result.error?.tag, "AuditTrailUnavailable")
        assert.match(result.error?.message ?? "", /audit trail could not be written.*no patient data was handed over/)
        assert.deepStrictEqual(yield* rowVersions, before)
        assert.deepStrictEqual(before, [])
        assert.deepStrictEqual(yield* lastRun, { status: "failed", tag: "AuditTrailUnavailable", finished: true })
        assert.strictEqual((yield* lists) > 0, isAnswered)
      }).pipe(Effect.provide(engine()))
    )
  }
})
