/**
 * Several processes that run `athena-sync all` on one database: each practice once, no row twice, the budgets held on the
 * wire, where the simulator counts. None is refused, and nothing goes wrong, unless a copy is killed.
 */
import { run as verify } from "@athena-engine/audit/verify/Verify"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { sized } from "@athena-engine/testing/size/sized"
import { assert, layer } from "@effect/vitest"
import { Console, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { type Ended, start } from "../support/athenaSync.ts"
import * as Sessions from "../support/sessions.ts"
import { Shipped } from "../support/shipped.ts"
import * as World from "../support/worlds.ts"

const processes = sized({ short: 3, long: 8 })
const ids = Array.from({ length: sized({ short: 8, long: 42 }) }, (_, n) => String(195_900 + n))
/** For the copy that is killed. */
const furtherPractices = ids.slice(0, 2)
const practices = ids.slice(2)
const perPractice = 20
const perApp = sized({ short: 50, long: 100 })

const [from, to] = ["2019-06-03", "2019-06-07"]
const days = 5
const command = ["all", "--from", from, "--to", to, "--json"]
/** Those of the reference data among them. */
const partsOfAPractice = 7

const timeout = sized({ short: 90_000, long: 300_000 })

const world = Layer.merge(
  World.layer({ practices: ids.length, unauthorisedPractices: [], volume: { "195900": 120 } }),
  Shipped.layer
)

interface Part {
  readonly practiceId: string
  readonly resource: string
  readonly status: string
  readonly inserted: number
  readonly updated: number
  readonly requests: number
  readonly error?: { readonly message: string }
  readonly notes?: ReadonlyArray<string>
}

/** What a copy reported, which must have ended well; else what went wrong, with its warnings. */
const resultsOf = ({ code, stderr, stdout }: Ended): ReadonlyArray<Part> => {
  const results: ReadonlyArray<Part> = stdout === "" ? [] : JSON.parse(stdout).results
  const wrong = results.flatMap(({ error }) => (error === undefined ? [] : [error.message]))
  const warnings = stderr.split("\n").filter((line) => !line.includes('"level":"info"'))
  assert.strictEqual(code, 0, [...wrong, ...warnings].join("\n"))
  return results
}

const sum = (values: ReadonlyArray<number>) => values.reduce((total, value) => total + value, 0)

/** Starts so many copies, and lets none of them begin with a practice before all have come. */
const startTogether = Effect.fnUntraced(function* (howMany: number, of: ReadonlyArray<string>) {
  const sql = yield* SqlClient
  const program = yield* Shipped
  const environment = Sessions.named(
    {
      ...(yield* World.environment),
      ATHENA_PRACTICES: of.join(","),
      ATHENA_REQUESTS_PER_SECOND: String(perPractice),
      ATHENA_APP_REQUESTS_PER_SECOND: String(perApp)
    },
    "copies"
  )
  return yield* sql.withTransaction(
    Effect.gen(function* () {
      yield* sql`lock table athena.job_rounds in exclusive mode`
      const copies = Array.from({ length: howMany }, () => start(command, environment, program))
      yield* Effect.repeat(Effect.delay(Sessions.waiting("copies"), "20 millis"), {
        until: (waiting) => waiting >= howMany
      })
      return copies
    })
  )
})

/** Of each practice, the appointments of the range and the patients whom they name: as it has them, and as they are stored. */
const assertExact = Effect.fnUntraced(function* (practiceId: string) {
  const sql = yield* SqlClient
  const { appointments, patients } = yield* Simulator.use((simulator) => simulator.snapshot(practiceId))
  const there = appointments
    .filter(({ date, status }) => status !== "o" && from <= date && date <= to)
    .map(({ appointmentId, patientId, status }) => ({ appointmentId, patientId, status }))
  assert.isAbove(there.length, 0)
  assert.deepStrictEqual(
    yield* sql`
      select appointment_id as "appointmentId", patient_id as "patientId", status from athena.appointments
      where practice_id = ${practiceId} and gone_at is null order by appointment_id::bigint`,
    there
  )
  const named = new Set(there.map(({ patientId }) => patientId))
  assert.deepStrictEqual(
    yield* sql`
      select patient_id as "patientId", last_name as "lastName" from athena.patients
      where practice_id = ${practiceId} and gone_at is null order by patient_id::bigint`,
    patients.filter(({ patientId }) => named.has(patientId)).map(({ lastName, patientId }) => ({ patientId, lastName }))
  )
})

const storedRows = Effect.flatMap(
  SqlClient,
  (sql) => sql<{ readonly rows: number }>`
    select (select count(*) from athena.departments) + (select count(*) from athena.providers)
      + (select count(*) from athena.appointment_types) + (select count(*) from athena.appointments)
      + (select count(*) from athena.patients) as rows`
).pipe(Effect.map(([row]) => Number(row?.rows)))

layer(world, { excludeTestServices: true, timeout })(`${processes} copies over ${practices.length} practices`, (it) => {
  it.effect(
    "do every practice once, write no row twice, and hold the budgets",
    () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient
        const copies = yield* startTogether(processes, practices)
        const ended = yield* Effect.forEach(copies, ({ ended }) => ended, { concurrency: "unbounded" })
        const reports = ended.map(resultsOf)
        // Every copy tells of everything, and of whom it left it to.
        for (const results of reports) {
          assert.strictEqual(results.length, practices.length * partsOfAPractice)
          assert.isTrue(results.every(({ status }) => status === "complete"))
        }
        const all = reports.flat()
        for (const practiceId of practices) {
          const notes = all.filter((part) => part.practiceId === practiceId).flatMap(({ notes: told = [] }) => told)
          assert.strictEqual(notes.filter((note) => note.includes("done by")).length, processes - 1, notes.join("\n"))
        }
        // Once: in the runs' table, and on the wire.
        const runs = yield* sql`
          select practice_id as "practiceId", count(*)::int as runs, count(distinct (resource))::int as parts,
            count(distinct run_id)::int as copies
          from athena.sync_runs group by practice_id order by practice_id`
        assert.deepStrictEqual(
          runs,
          practices.map((practiceId) => ({
            practiceId,
            runs: partsOfAPractice,
            parts: partsOfAPractice,
            copies: 1
          }))
        )
        const statistics = yield* Simulator.use((simulator) => simulator.statistics)
        for (const practiceId of practices) {
          const seen = statistics.practices[practiceId]
          assert.strictEqual(seen?.routes["bookedMultipleDepartment"], days, practiceId)
          assert.strictEqual(seen?.refused, 0)
          assert.isAtMost(seen?.maxPerSecond ?? Number.NaN, perPractice + 1, practiceId)
        }
        if (sized({ short: false, long: true })) {
          yield* Console.log(
            `fullest second: ${statistics.maxPerSecond} of ${perApp}, requests: ${statistics.requests}`
          )
        }
        assert.isAtMost(statistics.maxPerSecond, perApp + processes)
        // No row twice: what the copies say that they inserted is what there is.
        assert.strictEqual(sum(all.map(({ updated }) => updated)), 0)
        assert.strictEqual(sum(all.map(({ inserted }) => inserted)), yield* storedRows)
        for (const practiceId of practices) yield* assertExact(practiceId)
        assert.deepInclude(yield* verify(), { status: "verified" })
      }),
    timeout
  )

  it.effect(
    "take over the practices of one that is killed, and end with nothing missing",
    () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient
        const copies = yield* startTogether(2, furtherPractices)
        const underWay = yield* Effect.repeat(
          Effect.delay(
            sql<{ readonly holder: string }>`
              select holder from athena.sync_runs where status = 'running' and resource = 'appointments'`,
            "5 millis"
          ),
          { until: (rows) => rows.length > 0 }
        )
        const victim = copies.find(({ pid }) => underWay[0]?.holder.includes(`process ${pid}`)) ?? assert.fail()
        victim.kill("SIGKILL")
        yield* victim.ended
        const survivor = copies.find((copy) => copy !== victim) ?? assert.fail()
        const results = resultsOf(yield* survivor.ended)
        assert.strictEqual(results.length, furtherPractices.length * partsOfAPractice)
        assert.isTrue(results.every(({ status }) => status === "complete"))
        const killed = yield* sql`select from athena.sync_runs where error_tag = 'Killed'`
        assert.isAbove(killed.length, 0)
        for (const practiceId of furtherPractices) yield* assertExact(practiceId)
      }),
    timeout
  )
})
