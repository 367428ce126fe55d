/**
 * What years of data cost: a million appointments over two hundred practices, as many at the same time as `athena-sync` takes.
 * Each run is made once, the floors first, one after the other on the same simulator; memory at a fiftieth, a fifth and all
 * of the rows.
 */
import { Effect, Option } from "effect"
import type { Usage } from "../measure/Usage.ts"
import { Postgres } from "../processes/Postgres.ts"
import type { Line } from "../report/Report.ts"
import { fetchAll, syncAll, warmSimulator } from "./measuredSync.ts"
import type { Suite } from "./Suite.ts"

const practices = Array.from({ length: 200 }, (_, n) => String(195_900 + n))
/** As `athena-sync`. */
const practicesAtOnce = 16

const syncInto = (origin: string, databaseUrl: string, expected: "all" | "none") =>
  syncAll({ origin, practices, databaseUrl, audit: "sql", practicesAtOnce }, expected)

/** The peak of a sync of so many rows. */
const peakOf = (rows: number) =>
  Effect.scoped(
    Effect.gen(function* () {
      const { freshDatabase } = yield* Postgres
      const { peakMegabytes } = yield* syncInto(yield* warmSimulator(rows, practices), yield* freshDatabase, "all")
      return { rows, peakMegabytes }
    })
  )

const measure = Effect.fnUntraced(function* (rows: number) {
  const { freshDatabase, settle } = yield* Postgres
  const origin = yield* warmSimulator(rows, practices)
  const fetched = yield* fetchAll({ origin, practices })
  const inserted = yield* fetchAll({ origin, practices, databaseUrl: yield* freshDatabase })
  yield* settle
  const databaseUrl = yield* freshDatabase
  const first = yield* syncInto(origin, databaseUrl, "all")
  yield* settle
  const second = yield* syncInto(origin, databaseUrl, "none")
  return { fetched, inserted, first, second }
})

type Measured = Effect.Success<ReturnType<typeof measure>>

const linesOf = (
  { fetched, first, inserted, second }: Measured,
  peaks: ReadonlyArray<{ readonly rows: number; readonly peakMegabytes: number }>
): ReadonlyArray<Line> => {
  const { rows } = fetched
  const perRow = ({ cpuMillis }: Usage) => `${((cpuMillis * 1000) / rows).toFixed(2)} µs a row`
  const perSecond = ({ wallMillis }: Usage) => (rows * 1000) / wallMillis
  const share = (floor: Usage) => `${((perSecond(first) / perSecond(floor)) * 100).toFixed(0)} %`
  const [smallest] = peaks
  return [
    {
      what: "floor A: fetch, JSON.parse",
      measured: `${perRow(fetched)}, ${perSecond(fetched).toFixed(0)} rows/s`,
      ratio: undefined
    },
    {
      what: "floor B: the same, raw JSON inserted",
      measured: `${perRow(inserted)}, ${perSecond(inserted).toFixed(0)} rows/s`,
      ratio: inserted.cpuMillis / fetched.cpuMillis
    },
    { what: "sync", measured: perRow(first), ratio: first.cpuMillis / fetched.cpuMillis, aim: "under 2.5×" },
    {
      what: "second sync, nothing changed",
      measured: `${perRow(second)}, ${(first.cpuMillis / second.cpuMillis).toFixed(2)} times cheaper, no row written`,
      ratio: second.cpuMillis / fetched.cpuMillis,
      aim: "1.5 times cheaper"
    },
    {
      what: "rows a second",
      measured: `${perSecond(first).toFixed(0)}; ${share(fetched)} of floor A, ${share(inserted)} of floor B`,
      ratio: first.wallMillis / fetched.wallMillis
    },
    ...peaks.map(
      ({ peakMegabytes, rows: of }, n): Line => ({
        what: `peak memory, ${of} rows`,
        measured: `${peakMegabytes.toFixed(0)} MB`,
        ratio: n === 0 || smallest === undefined ? undefined : peakMegabytes / smallest.peakMegabytes,
        ...(n < peaks.length - 1 ? {} : { aim: "under 300 MB, flat" })
      })
    )
  ]
}

/** A first load of everything and an unchanged second run, over many practices. */
export const years: Suite = Effect.fnUntraced(function* (options) {
  const rows = Option.getOrElse(options.rows, () => 1_000_000)
  const smaller = yield* Effect.forEach([rows / 50, rows / 5], peakOf)
  const measured = yield* Effect.scoped(measure(rows))
  const peaks = [...smaller, { rows, peakMegabytes: measured.first.peakMegabytes }]
  return {
    name: "years",
    about:
      `CPU of the client's process for ${rows} appointments of ${practices.length} practices, ${practicesAtOnce} of them at the same time, over HTTP from ` +
      "the simulator without latency into the embedded PostgreSQL. Ratios are to floor A, of the rows a second in time on the " +
      "clock; the memory's is to the smallest run. Each run once.",
    lines: linesOf(measured, peaks)
  }
})
