/**
 * How the budgets stand that processes share: what each runs at, whether it rests, how much of the day's quota is left. Read
 * from the tables as they are, for operators; whoever sends requests learns it with them.
 */
import { dayOf } from "@athena-engine/athena-core/coordination/SharedState"
import { dayMemory } from "@athena-engine/athena-core/rate-limit/DayBudget"
import { gateMemory } from "@athena-engine/athena-core/rate-limit/GateMemory"
import { initialPace, rateAt } from "@athena-engine/athena-core/rate-limit/Pace"
import { nextMidnightGmt } from "@athena-engine/athena-core/rate-limit/rateHeaders"
import { type DatabaseError, mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { Effect, Option, Schema } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

/** One budget: a practice's, or the app's over all its practices. */
export interface BudgetStatus {
  /** Host and client id. */
  readonly app: string
  /** Null for the app's own. */
  readonly practiceId: string | null
  /** What it runs at, or would, now. */
  readonly requestsPerSecond: number
  /** What it may come to, as the last process to start was told. */
  readonly ceiling: number
  /** Until when it rests, ISO 8601, if it does. */
  readonly pausedUntil: string | null
  /** Let through since 00:00 GMT, by all processes. */
  readonly requestsToday: number
}

/** The day's quota of an app, as far as its server told today. */
export interface QuotaStatus {
  readonly app: string
  readonly limit: number
  readonly remaining: number
  /** The next 00:00 GMT. */
  readonly resetsAt: string
}

export interface Budgets {
  readonly budgets: ReadonlyArray<BudgetStatus>
  readonly quotas: ReadonlyArray<QuotaStatus>
}

interface Row {
  readonly name: string
  readonly value: string
  readonly day: number | null
  readonly today: number
  readonly moment: number
}

const gate = Schema.decodeUnknownOption(Schema.fromJsonString(gateMemory(initialPace(1, 1)).schema))
const quota = Schema.decodeUnknownOption(Schema.fromJsonString(dayMemory.schema))

const iso = (millis: number) => new Date(millis).toISOString()

/** Requests of this day, by GMT. */
const todayOf = ({ day, moment, today }: Row) => (day === dayOf(moment) ? today : 0)

const budgetOf = (row: Row): Option.Option<BudgetStatus> => {
  const found = /^(?<app>.+)\/(?:app|practice\/(?<practice>\d+))$/.exec(row.name)
  return Option.flatMap(Option.fromUndefinedOr(found?.groups?.["app"]), (app) =>
    Option.map(gate(row.value), ({ pace, pausedUntil }) => ({
      app,
      practiceId: found?.groups?.["practice"] ?? null,
      requestsPerSecond: Math.round(rateAt(pace, row.moment) * 10) / 10,
      ceiling: pace.ceiling,
      pausedUntil: pausedUntil > row.moment ? iso(pausedUntil) : null,
      requestsToday: todayOf(row)
    }))
  )
}

/** `app`: the row of its budget, which counts its requests. What was let through since the server spoke is taken off. */
const quotaOf = (row: Row, app: Row | undefined): Option.Option<QuotaStatus> =>
  quota(row.value).pipe(
    Option.filter(({ day }) => day === dayOf(row.moment)),
    Option.map(({ counted, limit, remaining }) => ({
      app: row.name.replace(/\/app\/day$/, ""),
      limit,
      remaining: Math.max(0, remaining - Math.max(0, (app === undefined ? 0 : todayOf(app)) - counted)),
      resetsAt: iso(nextMidnightGmt(row.moment))
    }))
  )

/** All that is shared in this database. What another version of the program wrote and this one cannot read is left out. */
export const readBudgets: Effect.Effect<Budgets, DatabaseError, SqlClient> = Effect.gen(function* () {
  const sql = yield* SqlClient
  const rows = yield* sql<Row>`
    select cell.name, cell.value, counter.day, coalesce(counter.today, 0)::float8 as today,
      extract(epoch from clock_timestamp())::float8 * 1000 as moment
    from coordination.cells as cell left join coordination.counters as counter using (name)
    where cell.name ~ '/(app|app/day|practice/[0-9]+)$'
    order by cell.name`
  const byName = new Map(rows.map((row) => [row.name, row]))
  const days = rows.filter(({ name }) => name.endsWith("/app/day"))
  return {
    budgets: rows.flatMap((row) => Option.toArray(budgetOf(row))),
    quotas: days.flatMap((row) => Option.toArray(quotaOf(row, byName.get(row.name.replace(/\/day$/, "")))))
  }
}).pipe(mapSqlError("coordination.status"))
