/** The runs that a benchmark of syncs is made of, each in a process that measures itself, against a warm simulator. */
import { Effect, Schema } from "effect"
import { Usage } from "../measure/Usage.ts"
import { runWorker, WorkerFailed } from "../processes/runWorker.ts"
import { startSimulator } from "../processes/startSimulator.ts"

/** What fetching everything cost. */
export const Fetched = Schema.Struct({ ...Usage.fields, rows: Schema.Finite })

/** What syncing everything cost, and what it did. */
export const Synced = Schema.Struct({
  ...Usage.fields,
  results: Schema.Array(
    Schema.Struct({
      status: Schema.String,
      fetched: Schema.Finite,
      inserted: Schema.Finite,
      updated: Schema.Finite
    })
  )
})
export type Synced = typeof Synced.Type

const sum = (values: ReadonlyArray<number>) => values.reduce((total, value) => total + value, 0)
const written = ({ results }: Synced) => sum(results.map(({ inserted, updated }) => inserted + updated))

/** A floor: every page fetched and parsed; with a database, its text inserted. */
export const fetchAll = (input: {
  readonly origin: string
  readonly practices: ReadonlyArray<string>
  readonly databaseUrl?: string
}) => runWorker("fetch", input, Fetched)

/**
 * A simulator without latency and without limits, with so many appointments in June 2019, the same number in each practice,
 * every page of which was rendered once.
 */
export const warmSimulator = Effect.fnUntraced(function* (rows: number, practices: ReadonlyArray<string>) {
  const volume = Object.fromEntries(practices.map((practice) => [practice, Math.round(rows / practices.length)]))
  const origin = yield* startSimulator({
    practices: practices.length,
    unauthorisedPractices: [],
    volume,
    limits: { tokensPerMinute: 1000, dailyQuota: 10_000_000 }
  })
  yield* fetchAll({ origin, practices })
  return origin
})

/** How everything is synced. */
export interface SyncAll {
  readonly origin: string
  readonly practices: ReadonlyArray<string>
  readonly databaseUrl: string
  readonly audit: "sql" | "memory"
  /** Practices that are synced at the same time; all of them when absent. */
  readonly practicesAtOnce?: number
}

/** One sync; it has to write exactly the rows that there are, or none when they are there already. */
export const syncAll = Effect.fnUntraced(function* (input: SyncAll, expected: "all" | "none") {
  const result = yield* runWorker("engine", input, Synced)
  const fetched = sum(result.results.map((one) => one.fetched))
  const isExact =
    result.results.every(({ status }) => status === "complete") &&
    written(result) === (expected === "all" ? fetched : 0)
  return isExact
    ? result
    : yield* new WorkerFailed({ program: "engine", output: JSON.stringify(result).slice(0, 2000) })
})
