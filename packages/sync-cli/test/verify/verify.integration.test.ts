import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { run } from "../support/inProcess.ts"
import * as World from "../support/worlds.ts"

const week = ["appointments", "--from", "2019-06-03", "--to", "2019-06-07"]
const fast = { excludeTestServices: true, timeout: 60_000 } as const

const requestsSeen = Effect.flatMap(Simulator, (simulator) =>
  Effect.map(simulator.statistics, ({ requests }) => requests)
)

layer(World.layer(), fast)("before and after a sync", (it) => {
  it.effect(
    "--dry-run tells windows, calls, time and the day's share, asks nobody and writes nothing",
    () =>
      Effect.gen(function* () {
        const environment = { ...(yield* World.environment), ATHENA_DAILY_QUOTA: "600" }
        const before = yield* requestsSeen
        const ran = yield* run([...week, "--dry-run", "--json"], environment)
        assert.strictEqual(ran.code, 0, ran.stderr)
        const { dryRun, plans, total } = JSON.parse(ran.stdout)
        assert.isTrue(dryRun)
        assert.deepStrictEqual(plans, [
          {
            practiceId: "195900",
            resource: "appointments",
            windows: 5,
            finished: 0,
            calls: 6,
            isBackfill: false,
            seconds: 1,
            shareOfDailyQuota: 0.01
          }
        ])
        assert.deepStrictEqual(total, {
          practices: 1,
          windows: 5,
          finished: 0,
          calls: 6,
          seconds: 1,
          shareOfDailyQuota: 0.01,
          days: 1,
          leftToday: null
        })
        assert.strictEqual(yield* requestsSeen, before)
        const sql = yield* SqlClient
        assert.isEmpty(yield* sql`select from athena.sync_runs`)
      }),
    fast.timeout
  )

  it.effect(
    "--dry-run of all adds up resources and practices, and tells of years that they are a backfill",
    () =>
      Effect.gen(function* () {
        const environment = { ...(yield* World.environment), ATHENA_DAILY_QUOTA: "2000" }
        const years = ["all", "--from", "2015-01-01", "--to", "2025-12-31", "--dry-run"]
        const practices = ["--practice", "195900", "--practice", "195901"]
        const ran = yield* run([...years, ...practices, "--json"], environment)
        const { plans, total } = JSON.parse(ran.stdout)
        assert.deepStrictEqual(
          plans.map(({ calls, practiceId, resource }: (typeof plans)[number]) => [practiceId, resource, calls]),
          ["195900", "195901"].flatMap((practiceId) => [
            [practiceId, "reference", 3],
            [practiceId, "appointments", 4019],
            [practiceId, "changes", 2],
            [practiceId, "patients", 0]
          ])
        )
        assert.deepInclude(total, { practices: 2, windows: 8046, finished: 0, calls: 8048, days: 9 })
        const { stdout } = yield* run([...years, ...practices], environment)
        assert.match(stdout, /^all 2 +8,046 +0 +8,048 +17 s +402.4 %$/m)
        assert.include(stdout, "This is a backfill")
        assert.include(stdout, "It takes 9 days of the quota.")
      }),
    fast.timeout
  )

  it.effect(
    "--verify ends with 0 where all is so, and with 3 where a row differs, whose id and columns it names",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        yield* run(week, environment)
        const same = yield* run([...week, "--verify", "--json"], environment)
        assert.strictEqual(same.code, 0, same.stderr)
        assert.deepInclude(JSON.parse(same.stdout).results[0], { status: "same", differences: [] })

        const sql = yield* SqlClient
        const [row] = yield* sql<{ readonly id: string }>`
          update athena.appointments set status = '9'
          where appointment_id = (select min(appointment_id) from athena.appointments) returning appointment_id as id`
        const different = yield* run([...week, "--verify"], environment)
        assert.strictEqual(different.code, 3, different.stderr)
        assert.include(different.stdout, `${row?.id}      differs in status`)
        assert.include(different.stdout, "Nothing was written.")
        for (const line of different.stdout.split("\n").slice(0, 6)) assert.isAtMost(line.length, 80, line)
      }),
    fast.timeout
  )

  it.effect("--verify and --dry-run exclude each other", () =>
    Effect.gen(function* () {
      const { code, stderr } = yield* run([...week, "--verify", "--dry-run"], yield* World.environment)
      assert.strictEqual(code, 2)
      assert.include(stderr, "--verify and --dry-run exclude each other")
    })
  )
})
