/**
 * Moments to kill a run at. Each is a state that is waited for: what the simulator was asked, or what the database waits
 * for; none is a time alone, since a machine under load would put all kills into the start of the program.
 */
import { type FaultPlan, noFaults } from "@athena-engine/simulator/faults/FaultPlan"
import { Simulator } from "@athena-engine/simulator/Simulator"
import type { Chance } from "@athena-engine/testing/random/Chance"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { practiceId } from "../support/practice.ts"

export interface Moment {
  readonly name: string
  /** How the simulator answers meanwhile; from here on its counting of requests starts anew. */
  readonly faults: FaultPlan
  /** Runs `kill` once the moment has come. Waits for ever if it does not come. */
  readonly when: (kill: Effect.Effect<void>) => Effect.Effect<void, never, Simulator | SqlClient>
}

/** Waits until it is so, looking every few milliseconds. */
export const until = <E, R>(isSo: Effect.Effect<boolean, E, R>) =>
  Effect.repeat(Effect.delay(Effect.orDie(isSo), "3 millis"), { until: (so) => so }).pipe(Effect.asVoid)

/** Requests of a practice for a route since the statistics began. */
export const requestsOf = (route: string, practice = practiceId) =>
  Simulator.use((simulator) => simulator.statistics).pipe(
    Effect.map((statistics) => statistics.practices[practice]?.routes[route] ?? 0)
  )

const lists = "bookedMultipleDepartment"

const slow = { fault: { kind: "latency", milliseconds: 5, upToMilliseconds: 60 } } as const

/** While the `nth` request for `route` waits for an answer that never comes. */
const asking = (route: "departments" | typeof lists | "appointment", nth: number, pause: number): Moment => ({
  name: `asking for ${route} ${nth}`,
  faults: { rules: [slow, { match: { practiceId, route }, when: { nth: [nth] }, fault: { kind: "hang" } }] },
  when: (kill) =>
    Effect.gen(function* () {
      const before = yield* requestsOf(route)
      yield* until(Effect.map(requestsOf(route), (requests) => requests >= before + nth))
      yield* Effect.sleep(pause)
      yield* kill
    })
})

/** While it waits in a transaction to write to `table`, after so many lists. */
const writing = (table: string, afterLists: number): Moment => ({
  name: `writing to ${table}`,
  faults: { rules: [slow] },
  when: (kill) =>
    Effect.gen(function* () {
      const before = yield* requestsOf(lists)
      yield* until(Effect.map(requestsOf(lists), (requests) => requests >= before + afterLists))
      yield* whileItWaitsFor(table, Effect.void, () => kill)
    })
})

/** Nobody else can write to `table`; once somebody waits to, runs `effect` with what `begin` has answered. */
export const whileItWaitsFor = <A, B, E, R, E2, R2>(
  table: string,
  begin: Effect.Effect<A, E, R>,
  effect: (begun: A) => Effect.Effect<B, E2, R2>
) =>
  Effect.flatMap(SqlClient, (sql) =>
    Effect.gen(function* () {
      yield* sql`lock table ${sql(table)} in exclusive mode`
      const begun = yield* begin
      yield* until(
        Effect.map(
          sql`
            select from pg_locks join pg_database on pg_database.oid = pg_locks.database
            where datname = current_database() and relation = ${table}::regclass and not granted limit 1`,
          (rows) => rows.length > 0
        )
      )
      return yield* effect(begun)
    }).pipe(sql.withTransaction, Effect.catchTag("SqlError", Effect.die))
  )

/** As soon as the run's end is written: what follows is the report, and the calls of killed runs before it. */
const ended: Moment = {
  name: "its end is written",
  faults: { rules: [slow] },
  when: (kill) =>
    Effect.gen(function* () {
      const sql = yield* SqlClient
      const ends = Effect.map(
        sql<{
          readonly n: number
        }>`select count(*)::int as n from athena.sync_runs where status in ('complete', 'partial')`,
        ([row]) => row?.n ?? 0
      )
      const before = yield* Effect.orDie(ends)
      yield* until(Effect.map(ends, (n) => n > before))
      yield* kill
    })
}

/** So long after its process was started: the one moment that nothing can be waited for. */
const starting = (pause: number): Moment => ({
  name: "starting",
  faults: noFaults,
  when: (kill) => Effect.delay(kill, pause)
})

/** What a moment is chosen from when `windows` are left to be read. */
type Kind = (random: Chance, windows: number) => Moment

const kinds: ReadonlyArray<Kind> = [
  ({ below }) => starting(below(500)),
  ({ below }) => asking("departments", 1, below(10)),
  ({ below }, windows) => asking(lists, 1 + below(windows), below(60)),
  ({ below }) => asking("appointment", 1 + below(3), below(20)),
  ({ below }, windows) => writing("audit.entries", below(windows)),
  // Rows are there by then, their counts are not yet.
  ({ below }, windows) => writing("athena.candidates", below(windows)),
  ({ below, pick }, windows) =>
    writing(pick(["athena.appointments", "athena.sync_runs", "athena.finished_windows"]), below(windows)),
  () => ended
]

/**
 * Deals moments, each kind once before any comes again. A moment that did not come, since the run ended before it, is put
 * back.
 */
export const dealing = (random: Chance) => {
  let deck: Array<Kind> = []
  return (windows: number): { readonly moment: Moment; readonly putBack: () => void } => {
    if (deck.length === 0) deck = [...kinds]
    const kind = random.pick(deck)
    deck = deck.filter((other) => other !== kind)
    return { moment: kind(random, windows), putBack: () => deck.push(kind) }
  }
}
