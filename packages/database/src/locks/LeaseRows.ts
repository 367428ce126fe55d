/**
 * The statements behind `Leases`, all on the one session that shows that their holder lives.
 *
 * A lease is free when it has run out by the database's clock, or when the session that holds it is gone. The second
 * makes a killed run startable at once. Sessions through a pooler tell nothing (the pooler's own live on), so there
 * only the time counts: the process id that the server announced at the start then differs from the one it has.
 *
 * Plans: all by the primary key `name`.
 */
import type * as PgConnection from "@effect/sql-pg/PgConnection"
import { DateTime, Effect, Option } from "effect"
import type { SqlError } from "effect/sql/SqlError"

/** Who holds a lease. */
export interface Holding {
  readonly name: string
  readonly holder: string
  readonly since: DateTime.Utc
}

const expiry = (millis: string) => `clock_timestamp() + ${millis}::float8 * interval '1 millisecond'`

const session = (announcedPid: string) =>
  `(select pid, backend_start from pg_stat_activity where pid = pg_backend_pid() and pid = ${announcedPid}::int)`

/** A role that may not look at another's session sees no start of it: such a session is taken to be the holder's. */
const isFree = `(l.expires_at <= clock_timestamp() or l.backend_pid is not null and not exists (
  select from pg_stat_activity a
  where a.pid = l.backend_pid and (a.backend_start is null or a.backend_start = l.backend_start)))`

/** Takes the lease if it is free and answers its fence; none if somebody has it. */
export const take = Effect.fnUntraced(function* (
  connection: PgConnection.PgConnection,
  name: string,
  holder: string,
  ttlMillis: number
): Effect.fn.Return<Option.Option<string>, SqlError> {
  const { rows } = yield* connection.query(
    `insert into athena_meta.leases as l (name, holder, since, fence, expires_at, backend_pid, backend_start)
     select $1::text, $2::text, clock_timestamp(), 1, ${expiry("$3")}, s.pid, s.backend_start
     from (select) one left join ${session("$4")} s on true
     on conflict (name) do update set
       holder = excluded.holder, since = excluded.since, fence = l.fence + 1, expires_at = excluded.expires_at,
       backend_pid = excluded.backend_pid, backend_start = excluded.backend_start
     where ${isFree}
     returning fence::text as fence`,
    [name, holder, ttlMillis, connection.processId]
  )
  return Option.fromUndefinedOr(rows.map(({ fence }) => String(fence))[0])
})

/** Puts the expiry off; `false` when the lease has another fence by now. */
export const renew = Effect.fnUntraced(function* (
  connection: PgConnection.PgConnection,
  name: string,
  fence: string,
  ttlMillis: number
): Effect.fn.Return<boolean, SqlError> {
  const { rowCount } = yield* connection.query(
    `update athena_meta.leases set expires_at = ${expiry("$3")}, backend_pid = s.pid, backend_start = s.backend_start
     from (select) one left join ${session("$4")} s on true
     where name = $1 and fence = $2::bigint`,
    [name, fence, ttlMillis, connection.processId]
  )
  return rowCount > 0
})

/** Gives the lease back. The row stays: its fence goes on counting. */
export const release = (connection: PgConnection.PgConnection, name: string, fence: string) =>
  connection.query(
    `update athena_meta.leases set expires_at = '-infinity', backend_pid = null, backend_start = null
     where name = $1 and fence = $2::bigint`,
    [name, fence]
  )

/** The leases that are held by somebody who lives, or the one called `name`. Waits for nobody's transaction. */
export const held = Effect.fnUntraced(function* (
  connection: PgConnection.PgConnection,
  name?: string
): Effect.fn.Return<ReadonlyArray<Holding>, SqlError> {
  const { rows } = yield* connection.query(
    `select name, holder, (extract(epoch from since) * 1000)::float8 as since from athena_meta.leases l
     where ($1::text is null or name = $1) and not ${isFree} order by name`,
    [name ?? null]
  )
  return rows.map(({ name, holder, since }) => ({
    name: String(name),
    holder: String(holder),
    since: DateTime.makeUnsafe(Math.trunc(Number(since)))
  }))
})
