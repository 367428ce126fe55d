/**
 * What a row costs. Every process measures itself: the simulator's work and PostgreSQL's are in no figure but the wall
 * clock's. The runs go round in turns, so that a busy machine is busy for all of them, and medians count.
 */
import { Effect, Option } from "effect"
import { median, type Usage } from "../measure/Usage.ts"
import { Postgres } from "../processes/Postgres.ts"
import type { Line } from "../report/Report.ts"
import { fetchAll, type Synced, syncAll, warmSimulator } from "./measuredSync.ts"
import type { Suite } from "./Suite.ts"

// Two practices: of one with more than 100,000 rows the simulator keeps no rendered text.
const practices = ["195900", "195902"]
const rounds = 3

/** All runs of one round on one simulator. */
const round = Effect.fnUntraced(function* (origin: string) {
  const { freshDatabase, settle } = yield* Postgres
  const fetched = yield* fetchAll({ origin, practices })
  const inserted = yield* fetchAll({ origin, practices, databaseUrl: yield* freshDatabase })
  yield* settle
  const databaseUrl = yield* freshDatabase
  const first = yield* syncAll({ origin, practices, databaseUrl, audit: "sql" }, "all")
  yield* settle
  const second = yield* syncAll({ origin, practices, databaseUrl, audit: "sql" }, "none")
  const withoutTrail = yield* syncAll({ origin, practices, databaseUrl: yield* freshDatabase, audit: "memory" }, "all")
  yield* settle
  return { fetched, inserted, first, second, withoutTrail, rows: fetched.rows }
})

type Round = Effect.Success<ReturnType<typeof round>>

const linesOf = (all: ReadonlyArray<Round>, small: Synced): ReadonlyArray<Line> => {
  const of = (pick: (one: Round) => number) => median(all.map(pick))
  const rows = of((one) => one.rows)
  const perRow = (pick: (one: Round) => Usage) =>
    `${((of((one) => pick(one).cpuMillis) * 1000) / rows).toFixed(2)} µs a row`
  const toFloor = (pick: (one: Round) => Usage) => of((one) => pick(one).cpuMillis / one.fetched.cpuMillis)
  const megabytes = (value: number) => `${value.toFixed(0)} MB`
  const peak = of((one) => one.first.peakMegabytes)
  return [
    { what: "floor A: fetch, JSON.parse", measured: perRow((one) => one.fetched), ratio: undefined },
    {
      what: "floor B: the same, raw JSON inserted",
      measured: perRow((one) => one.inserted),
      ratio: toFloor((one) => one.inserted)
    },
    { what: "sync", measured: perRow((one) => one.first), ratio: toFloor((one) => one.first), aim: "under 2.5×" },
    {
      what: "sync, to floor B",
      measured: perRow((one) => one.first),
      ratio: of((one) => one.first.cpuMillis / one.inserted.cpuMillis)
    },
    {
      what: "second sync, nothing changed",
      measured: `${perRow((one) => one.second)}, ${of((one) => one.first.cpuMillis / one.second.cpuMillis).toFixed(2)} times cheaper, no row written`,
      ratio: toFloor((one) => one.second),
      aim: "1.5 times cheaper"
    },
    {
      what: "sync, audit trail in memory",
      measured: `${perRow((one) => one.withoutTrail)}; the trail on PostgreSQL is ${(of((one) => 1 - one.withoutTrail.cpuMillis / one.first.cpuMillis) * 100).toFixed(1)} % of a sync's CPU`,
      ratio: toFloor((one) => one.withoutTrail),
      aim: "under 15 %"
    },
    {
      what: "rows a second",
      measured: of((one) => (one.rows * 1000) / one.first.wallMillis).toFixed(0),
      ratio: of((one) => one.first.wallMillis / one.fetched.wallMillis),
      aim: "20000"
    },
    {
      what: "peak memory, a tenth of the rows",
      measured: megabytes(small.peakMegabytes),
      ratio: undefined
    },
    { what: "peak memory", measured: megabytes(peak), ratio: peak / small.peakMegabytes, aim: "under 300 MB, flat" }
  ]
}

/** What a row costs from the API to the database, everything included. */
export const syncSuite: Suite = Effect.fnUntraced(function* (options) {
  const rows = Option.getOrElse(options.rows, () => 200_000)
  const { freshDatabase } = yield* Postgres
  const small = yield* Effect.scoped(
    Effect.flatMap(warmSimulator(rows / 10, practices), (origin) =>
      Effect.flatMap(freshDatabase, (databaseUrl) => syncAll({ origin, practices, databaseUrl, audit: "sql" }, "all"))
    )
  )
  const origin = yield* warmSimulator(rows, practices)
  const all: Array<Round> = []
  for (let n = 0; n < rounds; n++) all.push(yield* round(origin))
  return {
    name: "sync",
    about:
      `CPU of the client's process for ${rows} appointments of two practices, over HTTP from the simulator without latency into ` +
      `the embedded PostgreSQL: fetched, audited, decoded, hashed, stored. Ratios are to floor A in the same round, of ` +
      `the rows a second in time on the clock; the memory's is to a tenth of the rows. Medians of ${rounds} rounds.`,
    lines: linesOf(all, small)
  }
})
