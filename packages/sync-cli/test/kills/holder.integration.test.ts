/** What becomes of a practice whose run is held by a process that dies, or stands still and comes back. */
import { run as verify } from "@athena-engine/audit/verify/Verify"
import { noFaults } from "@athena-engine/simulator/faults/FaultPlan"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { sized } from "@athena-engine/testing/size/sized"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { type Running, run, start } from "../support/athenaSync.ts"
import { argumentsOf, practiceId, type Range, table, truth } from "../support/practice.ts"
import * as Sessions from "../support/sessions.ts"
import { Shipped } from "../support/shipped.ts"
import { assertNothingUnrecorded, closedTooEarly, lostCalls } from "../support/trail.ts"
import * as World from "../support/worlds.ts"
import { requestsOf, until, whileItWaitsFor } from "./moments.ts"

const days = { from: 3, to: 5 }
const manyDays = { from: 3, to: 9 }
const lists = { practiceId, route: "bookedMultipleDepartment" } as const
const asked = argumentsOf(days)

const timeout = 300_000
const real = { excludeTestServices: true, timeout } as const

const assertExact = Effect.fnUntraced(function* (range: Range) {
  assert.deepStrictEqual(yield* table(range), yield* truth(range))
})

/** How the runs of a practice read, the oldest first. */
const runsOf = (practice: string) =>
  Effect.flatMap(
    SqlClient,
    (sql) => sql<{ readonly runId: string; readonly status: string; readonly tag: string | null }>`
      select run_id as "runId", status, error_tag as tag from athena.sync_runs
      where practice_id = ${practice} order by started_at`
  )

const endsOf = (practice: string) =>
  Effect.map(runsOf(practice), (runs) => runs.map(({ status, tag }) => [status, tag]))

const openCallsOf = (practice: string) =>
  Effect.flatMap(runsOf(practice), (runs) => lostCalls(runs.map(({ runId }) => runId)))

/** Stops the process between two transactions, with a call of `practice` under way. */
const freeze = Effect.fnUntraced(function* (running: Running, name: string, practice: string) {
  const isBetween = Effect.gen(function* () {
    running.kill("SIGSTOP")
    yield* until(Effect.map(Sessions.statesOf(name), (states) => !states.includes("active")))
    const isIdle = (yield* Sessions.statesOf(name)).every((state) => state === "idle")
    if (isIdle && (yield* openCallsOf(practice)).length > 0) return true
    running.kill("SIGCONT")
    return false
  })
  yield* until(isBetween)
})

/** Everything that is stored, down to the version of each row. */
const stored = Effect.flatMap(
  SqlClient,
  (sql) => sql`
    select 'appointment' as what, appointment_id as id, xmin::text, ctid::text from athena.appointments
    union all select 'run', run_id, xmin::text, ctid::text from athena.sync_runs
    union all select 'window', window_key, xmin::text, ctid::text from athena.finished_windows
    union all select 'candidate', appointment_id, xmin::text, ctid::text from athena.candidates
    union all select 'watermark', position, xmin::text, ctid::text from athena.watermarks
    union all select 'lease', name, xmin::text, ctid::text from athena_meta.leases
    order by 1, 2`
)

const standstills = sized({
  short: ["between two transactions"],
  // Its lease runs out in real time, and then the transaction that it stands still in.
  long: ["between two transactions", "within a transaction"]
})

layer(Shipped.layer, real)("the process that holds a practice", (it) => {
  it.layer(World.layer(), { timeout })("killed within a transaction", (it) => {
    it.effect(
      "leaves the practice to the next one as soon as the database has let go of it, not when the lease runs out",
      () =>
        Effect.gen(function* () {
          const sql = yield* SqlClient
          const program = yield* Shipped
          const environment = yield* World.environment
          const [first, second] = yield* whileItWaitsFor(
            "athena.appointments",
            Effect.suspend(() => Effect.succeed(start(asked, Sessions.named(environment, "first"), program))),
            (holder) =>
              Effect.gen(function* () {
                const [lease] = yield* sql<{ readonly runsOut: string }>`
                select expires_at::text as "runsOut" from athena_meta.leases`
                holder.kill("SIGKILL")
                yield* holder.ended
                // The server does not know yet that its client is gone, and holds what the transaction has locked.
                const next = start(asked, Sessions.named(environment, "second"), program)
                yield* until(Sessions.isWaiting("second"))
                return [lease, next] as const
              })
          )
          const { code, stderr, stdout } = yield* second.ended
          assert.strictEqual(code, 0, stderr)
          assert.deepInclude(JSON.parse(stdout).results[0], { status: "complete" })
          const [taken] = yield* sql`
          select since < ${first?.runsOut ?? ""}::timestamptz as "isEarly", fence::int from athena_meta.leases`
          assert.deepStrictEqual(taken, { isEarly: true, fence: 2 })
          assert.deepStrictEqual(yield* endsOf(practiceId), [
            ["failed", "Killed"],
            ["complete", null]
          ])
          yield* assertExact(days)
          yield* assertNothingUnrecorded
        }),
      timeout
    )
  })

  it.layer(World.layer(), { timeout })("killed beside one that lives", (it) => {
    it.effect(
      "has its calls closed, and the other one, which stands still in the middle of a call, has not",
      () =>
        Effect.gen(function* () {
          const simulator = yield* Simulator
          const program = yield* Shipped
          const environment = yield* World.environment
          const other = "195901"
          yield* simulator.setFaults({
            rules: [
              { match: lists, when: { nth: [2] }, fault: { kind: "hang" } },
              {
                match: { practiceId: other, route: lists.route },
                when: { nth: [2] },
                fault: { kind: "latency", milliseconds: 2000 }
              }
            ]
          })
          const dead = start(asked, environment, program)
          yield* until(Effect.map(requestsOf(lists.route), (requests) => requests >= 2))
          dead.kill("SIGKILL")
          yield* dead.ended
          const living = start(asked, Sessions.named({ ...environment, ATHENA_PRACTICES: other }, "living"), program)
          yield* until(Effect.map(requestsOf(lists.route, other), (requests) => requests >= 2))
          yield* freeze(living, "living", other)

          const next = yield* run(asked, environment, program)
          assert.strictEqual(next.code, 0, next.stderr)
          const closed = yield* openCallsOf(practiceId)
          assert.isAbove(closed.length, 0)
          for (const call of closed) assert.deepInclude(call, { isClosed: true, isSame: true })
          const open = yield* openCallsOf(other)
          assert.isAbove(open.length, 0)
          for (const call of open) assert.deepInclude(call, { isClosed: false })

          living.kill("SIGCONT")
          const ended = yield* living.ended
          assert.strictEqual(ended.code, 0, ended.stderr)
          assert.deepStrictEqual(yield* openCallsOf(other), [])
          assert.deepStrictEqual(yield* closedTooEarly, [])
          assert.deepStrictEqual(yield* endsOf(other), [["complete", null]])
          yield* assertNothingUnrecorded
          assert.deepInclude(yield* verify(), { status: "verified", recovered: closed.length })
        }),
      timeout
    )
  })

  for (const where of standstills) {
    it.layer(World.layer(), { timeout })(`frozen ${where} until another one has taken over`, (it) => {
      it.effect(
        "writes nothing more when it comes back, but how its calls ended; ends with 3 and says why",
        () =>
          Effect.gen(function* () {
            const simulator = yield* Simulator
            const sql = yield* SqlClient
            const program = yield* Shipped
            const environment = yield* World.environment
            yield* simulator.setFaults({
              rules: [
                { match: lists, when: { nth: [5] }, fault: { kind: "hang" } },
                // So that there is something to commit while the fifth is waited for.
                { match: lists, when: { after: 5 }, fault: { kind: "latency", milliseconds: 1500 } }
              ]
            })
            const frozen = start(
              [...argumentsOf(manyDays), "--concurrency", "2"],
              Sessions.named(environment, "frozen"),
              program
            )
            yield* until(Effect.map(requestsOf(lists.route), (requests) => requests >= 5))
            yield* until(Effect.map(sql`select from athena.finished_windows`, (rows) => rows.length > 0))
            if (where === "between two transactions") yield* freeze(frozen, "frozen", practiceId)
            else
              yield* whileItWaitsFor("athena.appointments", Effect.succeed(frozen), (holder) =>
                Effect.sync(() => holder.kill("SIGSTOP"))
              )
            yield* simulator.setFaults(noFaults)

            if (sized({ short: true, long: false })) {
              yield* sql`update athena_meta.leases set expires_at = now() - interval '1 second'`
            }
            const next = yield* Effect.repeat(run(argumentsOf(manyDays), environment, program), {
              until: ({ stdout }) => !stdout.includes("LeaseHeld")
            })
            assert.strictEqual(next.code, 0, next.stderr)
            yield* assertExact(manyDays)
            const before = yield* stored

            frozen.kill("SIGCONT")
            const ended = yield* frozen.ended
            assert.strictEqual(ended.code, 3, ended.stderr)
            const [result] = JSON.parse(ended.stdout).results
            assert.deepInclude(result, { status: "partial" })
            assert.strictEqual(result.error.tag, "LeaseLost")
            assert.match(result.error.message, /appointments of practice 195900 was lost while working.*Start it again/)
            assert.deepStrictEqual(yield* stored, before)
            assert.deepStrictEqual(yield* endsOf(practiceId), [
              ["failed", "Killed"],
              ["complete", null]
            ])
            // The other one had closed the calls that were under way; that they came back in the end is told as well.
            const [row] = yield* runsOf(practiceId)
            const runsClosed = (yield* closedTooEarly).map(({ runId }) => runId)
            assert.isAbove(runsClosed.length, 0)
            assert.deepStrictEqual([...new Set(runsClosed)], [row?.runId])
            // One whose outcome was being written when it froze, for longer than such a write may take, has none.
            for (const call of yield* lostCalls()) assert.deepInclude(call, { isClosed: true, isSame: true })
            yield* assertNothingUnrecorded
            assert.deepInclude(yield* verify(), { status: "verified" })
          }),
        timeout
      )
    })
  }
})
