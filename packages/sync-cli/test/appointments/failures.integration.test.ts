/** Runs beside each other, and runs that fail, are told to wait, or are stopped. */
import { noFaults } from "@athena-engine/simulator/faults/FaultPlan"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { start } from "../support/athenaSync.ts"
import { counted } from "../support/counted.ts"
import { run as runHere } from "../support/inProcess.ts"
import * as World from "../support/worlds.ts"

const june = ["appointments", "--from", "2019-06-01", "--to", "2019-06-30"]
const week = ["appointments", "--from", "2019-06-03", "--to", "2019-06-07"]

const fast = { excludeTestServices: true, timeout: 120_000 } as const

layer(World.layer(), fast)("several at once, and some that fail", (it) => {
  it.effect(
    "a second run of the same practice says who is at work and ends with 1; nothing is written twice",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        const simulator = yield* Simulator
        yield* simulator.setFaults({
          rules: [{ match: { route: "departments" }, fault: { kind: "latency", milliseconds: 8000 } }]
        })
        const running = start([...week, "--json"], environment)
        yield* Effect.repeat(Effect.delay(counted("athena.sync_runs"), "100 millis"), { until: (runs) => runs > 0 })
        const second = yield* runHere([...week, "--json"], environment)
        const first = yield* running.ended
        yield* simulator.setFaults(noFaults)
        assert.strictEqual(first.code, 0, first.stderr)
        assert.strictEqual(second.code, 1)
        const { error } = JSON.parse(second.stdout).results[0]
        assert.strictEqual(error.tag, "LeaseHeld")
        assert.match(error.message, /held by athena-sync on .* \(process \d+\) since 2/)
        assert.strictEqual(JSON.parse(first.stdout).results[0].inserted, yield* counted("athena.appointments"))
      }),
    fast.timeout
  )

  it.effect(
    "one practice that fails costs the others nothing and ends with 3",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        const ended = yield* runHere([...week, "--practice", "195903", "--practice", "195901", "--json"], environment)
        assert.strictEqual(ended.code, 3)
        const [refused, complete] = JSON.parse(ended.stdout).results
        assert.deepInclude(refused, { practiceId: "195903", status: "failed" })
        assert.strictEqual(refused.error.tag, "PracticeNotAuthorized")
        assert.deepInclude(complete, { practiceId: "195901", status: "complete" })
      }),
    fast.timeout
  )

  it.effect(
    "a practice told to wait an hour ends with 3 and the time to come back",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        const simulator = yield* Simulator
        yield* simulator.setFaults({
          rules: [{ match: { practiceId: "195902" }, fault: { kind: "status", status: 429, retryAfter: "3600" } }]
        })
        const ended = yield* runHere([...week, "--practice", "195902", "--practice", "195901", "--json"], environment)
        yield* simulator.setFaults(noFaults)
        assert.strictEqual(ended.code, 3)
        const [waiting, complete] = JSON.parse(ended.stdout).results
        assert.strictEqual(waiting.error.tag, "Throttled")
        assert.isAbove(Date.parse(waiting.error.retryAt), Date.now() + 3_000_000)
        assert.deepInclude(complete, { practiceId: "195901", status: "complete" })
      }),
    fast.timeout
  )

  it.effect(
    "stopped by a signal, ends with 143 with its commits kept; killed, the next run goes on and ends exact",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        const simulator = yield* Simulator
        const sql = yield* SqlClient
        yield* sql`delete from athena.appointments`
        yield* simulator.setFaults({ rules: [{ fault: { kind: "latency", milliseconds: 400 } }] })
        const finished = counted("athena.finished_windows")
        for (const [signal, code] of [
          ["SIGTERM", 143],
          ["SIGKILL", "SIGKILL"]
        ] as const) {
          const before = yield* finished
          const running = start([...june, "--concurrency", "2"], environment)
          yield* Effect.repeat(Effect.delay(finished, "100 millis"), { until: (windows) => windows > before + 1 })
          running.kill(signal)
          const ended = yield* running.ended
          assert.strictEqual(ended.code, code, ended.stderr)
          assert.notMatch(ended.stderr, /\n\s+at /)
        }
        yield* simulator.setFaults(noFaults)
        const last = JSON.parse((yield* runHere([...june, "--json"], environment)).stdout)
        assert.strictEqual(last.results[0].status, "complete")
        const lost = yield* sql<{
          readonly n: number
        }>`select count(*)::int as n from audit.events where outcome = 'unknown'`
        const recovered = yield* sql<{
          readonly n: number
        }>`select count(*)::int as n from audit.entries where kind = 'recovery'`
        assert.isAbove(lost[0]?.n ?? 0, 0, "the kill left calls that never came back")
        assert.deepStrictEqual(recovered, lost, "each of them is closed by a recovery event")
        const { appointments } = yield* simulator.snapshot("195900")
        const inJune = appointments.filter(({ date, status }) => date.startsWith("2019-06") && status !== "o")
        const rows = yield* sql<{
          readonly id: string
        }>`select appointment_id as id from athena.appointments where practice_id = '195900' and gone_at is null`
        assert.deepStrictEqual(
          rows.map(({ id }) => id).toSorted(),
          inJune.map(({ appointmentId }) => appointmentId).toSorted()
        )
      }),
    fast.timeout
  )

  it.effect(
    "with the trail locked away, hands over nothing, writes nothing and says so",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        const sql = yield* SqlClient
        yield* sql`delete from athena.appointments`
        yield* sql`alter table audit.entries rename to entries_locked_away`
        const ended = yield* runHere(week, environment)
        yield* sql`alter table audit.entries_locked_away rename to entries`
        assert.strictEqual(ended.code, 1)
        assert.include(ended.stdout + ended.stderr, "audit trail could not be written")
        assert.strictEqual(yield* counted("athena.appointments"), 0)
      }),
    fast.timeout
  )

  it.effect(
    "with a trail that takes no outcomes, leaves calls that read unknown, and the next run closes them",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        const sql = yield* SqlClient
        yield* sql`
          create function audit.refuse_outcomes() returns trigger language plpgsql as
          $$ begin if new.kind = 'outcome' then raise insufficient_privilege; end if; return new; end $$`
        yield* sql`
          create trigger refuse_outcomes before insert on audit.entries for each row execute function audit.refuse_outcomes()`
        const failed = yield* runHere([...week, "--json"], environment)
        assert.strictEqual(JSON.parse(failed.stdout).results[0].error.tag, "AuditTrailUnavailable")
        yield* sql`drop trigger refuse_outcomes on audit.entries`
        const open = sql<{ readonly isClosed: boolean }>`
          select r.event_id is not null as "isClosed" from audit.events e
          left join audit.entries r on r.event_id = e.event_id and r.kind = 'recovery'
          where e.outcome = 'unknown' and e.run_id = ${JSON.parse(failed.stdout).runId}`
        assert.isAbove((yield* open).length, 0)
        assert.strictEqual((yield* runHere(week, environment)).code, 0)
        assert.deepStrictEqual(
          (yield* open).filter(({ isClosed }) => !isClosed),
          []
        )
      }),
    fast.timeout
  )
})
