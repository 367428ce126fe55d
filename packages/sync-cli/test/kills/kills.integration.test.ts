/**
 * `kill -9` of `athena-sync appointments`, as a process, against the simulator on a socket and a real PostgreSQL, at any
 * moment, while the practice goes on changing.
 */

import { run as verify } from "@athena-engine/audit/verify/Verify"
import { Leases } from "@athena-engine/database/locks/Leases"
import { noFaults } from "@athena-engine/simulator/faults/FaultPlan"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { type Chance, chance } from "@athena-engine/testing/random/Chance"
import { seeds } from "@athena-engine/testing/random/seeds"
import { sized } from "@athena-engine/testing/size/sized"
import { assert, layer } from "@effect/vitest"
import { Console, Effect, Layer, Option } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { run, start } from "../support/athenaSync.ts"
import { argumentsOf, finishedDays, practiceId, somethingHappens, table, truth } from "../support/practice.ts"
import * as Sessions from "../support/sessions.ts"
import { Shipped } from "../support/shipped.ts"
import { assertNothingUnrecorded, closedTooEarly, lostCalls } from "../support/trail.ts"
import * as World from "../support/worlds.ts"
import { dealing } from "./moments.ts"

const kills = sized({ short: 6, long: 50 })
const changesBetweenKills = 12

// A fifth of the kills are of a shorter range, which makes the runs of the longer one begin anew.
const whole = sized({ short: { from: 3, to: 8 }, long: { from: 1, to: 30 } })
const part = sized({ short: { from: 5, to: 6 }, long: { from: 10, to: 16 } })

interface Program {
  readonly path: string
  readonly environment: Readonly<Record<string, string>>
}

interface RunRow {
  readonly runId: string
  readonly status: string
  readonly tag: string | null
  readonly inserted: number
}

const runRows = Effect.flatMap(
  SqlClient,
  (sql) => sql<RunRow>`
    select run_id as "runId", status, error_tag as tag, inserted::int from athena.sync_runs order by started_at`
)

/** What a killed process was at, as the database and the trail tell. */
const phaseOf = Effect.fnUntraced(function* (known: ReadonlyArray<RunRow>, moment: string) {
  const [row] = (yield* runRows).filter(({ runId }) => known.every((other) => other.runId !== runId))
  if (row === undefined) return { phase: "before its run began", killedRun: undefined }
  if (row.status !== "running") return { phase: "after its run ended", killedRun: undefined }
  if (moment.startsWith("writing")) return { phase: moment, killedRun: row.runId }
  const endpoints = new Set((yield* lostCalls([row.runId])).map(({ endpoint }) => endpoint))
  const [endpoint] = [...endpoints].toSorted()
  return { phase: endpoint === undefined ? "between calls" : `waiting for ${endpoint}`, killedRun: row.runId }
})

/** Starts a run and kills it at some moment; none if it ended before the moment came. */
const killSomewhere = Effect.fnUntraced(function* (program: Program, random: Chance, deal: ReturnType<typeof dealing>) {
  const simulator = yield* Simulator
  const range = random.happens(0.8) ? whole : part
  const known = yield* runRows
  const { moment, putBack } = deal(Math.max(1, range.to - range.from + 1 - (yield* finishedDays(range)).size))
  yield* simulator.setFaults(moment.faults)
  const concurrency = String(random.pick([1, 2, 8]))
  const running = start([...argumentsOf(range), "--concurrency", concurrency], program.environment, program.path)
  const kill = Effect.sync(() => running.kill("SIGKILL")).pipe(Effect.andThen(Effect.asVoid(running.ended)))
  yield* Effect.raceFirst(moment.when(kill), Effect.asVoid(running.ended))
  const { code, stderr } = yield* running.ended
  yield* assertNothingUnrecorded
  yield* Sessions.ended("killed")
  yield* simulator.setFaults(noFaults)
  if (code === "SIGKILL") return Option.some(yield* phaseOf(known, moment.name))
  assert.strictEqual(code, 0, stderr)
  putBack()
  return Option.none()
})

const history = Effect.fnUntraced(function* (seed: number, program: Program) {
  const random = chance(seed)
  const deal = dealing(random)
  const sql = yield* SqlClient
  const phases = new Map<string, number>()
  const killedRuns: Array<string> = []
  for (let killed = 0; killed < kills; ) {
    yield* Effect.repeat(somethingHappens(random, whole), { times: changesBetweenKills - 1 })
    const landed = yield* killSomewhere(program, random, deal)
    assert.deepInclude(yield* verify(), { status: "verified" })
    if (Option.isNone(landed)) continue
    const { killedRun, phase } = landed.value
    killed++
    phases.set(phase, (phases.get(phase) ?? 0) + 1)
    if (killedRun !== undefined) killedRuns.push(killedRun)
  }
  if (sized({ short: false, long: true })) yield* Console.log(`kills of TEST_SEED=${seed}`, Object.fromEntries(phases))

  const skipped = yield* finishedDays(whole)
  const undisturbed = Effect.gen(function* () {
    const { code, stderr, stdout } = yield* run(argumentsOf(whole), program.environment, program.path)
    assert.strictEqual(code, 0, stderr)
    assert.deepInclude(JSON.parse(stdout).results[0], { status: "complete", drifted: 0 })
    assert.strictEqual((yield* finishedDays(whole)).size, 0)
  })
  yield* undisturbed
  // Days that a killed run had finished are not asked again; all others are exact now.
  const wasAsked = ({ date }: { readonly date: string }) => !skipped.has(date)
  assert.deepStrictEqual((yield* table(whole)).filter(wasAsked), (yield* truth(whole)).filter(wasAsked))

  const runs = yield* runRows
  assert.deepStrictEqual(
    runs.filter(({ status }) => status !== "complete").map(({ runId, status, tag }) => [runId, status, tag]),
    killedRuns.map((runId) => [runId, "failed", "Killed"])
  )
  const lost = yield* lostCalls()
  assert.isAbove(lost.length, 0)
  for (const call of lost) {
    assert.deepInclude(call, { isClosed: true, isSame: true })
    assert.include(killedRuns, call.runId)
    if (call.window === null) assert.strictEqual(call.appointmentIds.length, 1)
    else assert.match(call.window, /^06\/\d\d\/2019$/)
  }
  assert.deepStrictEqual(yield* closedTooEarly, [])

  // They have been asked for before the practice changed for the last time; a run of the whole range asks all anew.
  if (skipped.size > 0) yield* undisturbed
  assert.deepStrictEqual(yield* table(whole), yield* truth(whole))
  yield* assertNothingUnrecorded
  const [left] = yield* sql`
    select (select count(*)::int from athena.finished_windows) as windows,
      (select count(*)::int from athena.candidates) as candidates,
      (select count(*)::int from athena.quarantine) as quarantined,
      (select count(*)::int from athena.appointments) as rows`
  // No row was counted twice, by none of the runs.
  const inserted = (yield* runRows).reduce((sum, row) => sum + row.inserted, 0)
  assert.deepStrictEqual(left, { windows: 0, candidates: 0, quarantined: 0, rows: inserted })
  assert.deepStrictEqual(yield* Leases.use((leases) => leases.holdings).pipe(Effect.provide(Leases.layer)), [])
  const verified = yield* run(["audit", "verify", "--json"], program.environment, program.path)
  assert.strictEqual(verified.code, 0, verified.stderr)
  assert.deepInclude(JSON.parse(verified.stdout), { unfinished: lost.length, recovered: lost.length })
})

const timeout = sized({ short: 300_000, long: 1_800_000 })

for (const seed of seeds({ short: 1, long: 1 })) {
  layer(Layer.merge(World.layer(), Shipped.layer), { excludeTestServices: true, timeout })(
    `killed again and again, TEST_SEED=${seed}`,
    (it) => {
      it.effect(
        `${practiceId} ends exact, no answer is unrecorded, and calls that never came back are closed`,
        () =>
          Effect.gen(function* () {
            yield* history(seed, {
              path: yield* Shipped,
              environment: Sessions.named(yield* World.environment, "killed")
            })
          }),
        timeout
      )
    }
  )
}
