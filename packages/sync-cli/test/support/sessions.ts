/** The database's sessions of the processes that a test has started. */
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

/** The environment with a name for the sessions of its processes. */
export const named = <E extends { readonly DATABASE_URL: string }>(environment: E, name: string): E => {
  const mark = environment.DATABASE_URL.includes("?") ? "&" : "?"
  return { ...environment, DATABASE_URL: `${environment.DATABASE_URL}${mark}application_name=${name}` }
}

/** What sessions of that name are at: `active`, `idle`, `idle in transaction`. */
export const statesOf = (name: string) =>
  Effect.flatMap(
    SqlClient,
    (sql) => sql<{ readonly state: string }>`
      select coalesce(state, 'starting') as state from pg_stat_activity
      where datname = current_database() and application_name = ${name} and backend_type = 'client backend'`
  ).pipe(Effect.map((rows) => rows.map(({ state }) => state)))

/** The server has noticed that the processes are gone, and rolled back what they had begun. */
export const ended = (name: string) =>
  Effect.repeat(Effect.delay(statesOf(name), "5 millis"), { until: (left) => left.length === 0 }).pipe(Effect.asVoid)

/** How many of them wait for what another session has locked. Also tells within a transaction. */
export const waiting = (name: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    // A transaction sees who is there as it was when it first looked.
    yield* sql`select pg_stat_clear_snapshot()`
    const rows = yield* sql`
      select distinct pid from pg_locks join pg_stat_activity using (pid)
      where datname = current_database() and application_name = ${name} and not granted`
    return rows.length
  })

/** Whether one of them does. */
export const isWaiting = (name: string) => Effect.map(waiting(name), (howMany) => howMany > 0)
