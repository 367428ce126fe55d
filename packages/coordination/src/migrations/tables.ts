/**
 * Beats, counters and cells.
 *
 * All of it is UNLOGGED: written with every request, and nothing is lost that the vendor's server would not say again. After
 * a crash of PostgreSQL, and on a standby that took over, the tables are empty: budgets start low and learn anew.
 *
 * Plans: all by primary key. `fillfactor` leaves room to update a row in its page, without touching an index.
 */
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

export const tables = Effect.gen(function* () {
  const sql = yield* SqlClient

  // A token bucket as one moment: when it will be full again. Unlike a number of tokens it stays true when the rate changes
  // while tokens are owed. Milliseconds since 1970 by this server's clock, here and in all that follows.
  yield* sql`
    create unlogged table coordination.buckets (
      name text primary key,
      full_at double precision not null
    ) with (fillfactor = 20)`

  // The clock is read when the row is locked, not when the transaction began: others may have been before us.
  yield* sql`
    create function coordination.take(
      bucket text, tokens double precision, capacity double precision, refill double precision, may_owe boolean,
      at double precision default null, out remaining double precision, out elapsed double precision
    ) language plpgsql as $$
    declare
      moment double precision;
      ahead double precision;
      missing double precision;
    begin
      select full_at into ahead from coordination.buckets where name = bucket for update;
      if not found then
        insert into coordination.buckets (name, full_at) values (bucket, '-infinity') on conflict do nothing;
        select full_at into ahead from coordination.buckets where name = bucket for update;
      end if;
      moment := coalesce(at, extract(epoch from clock_timestamp()) * 1000);
      ahead := greatest(0, ahead - moment);
      -- So many refills until it is full; the next of them began so long ago.
      missing := ceil(ahead / refill - 1e-9);
      elapsed := greatest(0, missing * refill - ahead);
      remaining := capacity - missing - tokens;
      if may_owe or remaining >= 0 then
        update coordination.buckets set full_at = moment + ahead + tokens * refill where name = bucket;
      end if;
    end $$`

  yield* sql`
    create unlogged table coordination.counters (
      name text primary key,
      total bigint not null,
      -- Since 1970, by GMT.
      day integer not null,
      today bigint not null
    ) with (fillfactor = 20)`

  // Secret ones are encrypted by the program, under the cell's name.
  yield* sql`
    create unlogged table coordination.cells (
      name text primary key,
      -- Microseconds since 1970, to be another one also after the table was emptied.
      version bigint not null,
      value text not null
    ) with (fillfactor = 50)`

  // Counts one under each name, and gives the cells of these names that are not of the known version.
  yield* sql`
    create function coordination.count(names text[], known double precision[])
    returns table (
      name text, total double precision, today double precision, day integer, version double precision, value text,
      moment double precision
    ) language plpgsql as $$
    declare
      now_at double precision := extract(epoch from clock_timestamp()) * 1000;
      this_day integer := floor(now_at / 86400000);
    begin
      return query
        with counted as (
          insert into coordination.counters as c (name, total, day, today)
          select n, 1, this_day, 1 from unnest(names) n order by n
          on conflict on constraint counters_pkey do update set
            total = c.total + 1,
            day = this_day,
            today = case when c.day = this_day then c.today + 1 else 1 end
          returning c.name, c.total, c.today
        )
        select d.name, d.total::double precision, d.today::double precision, this_day,
          s.version::double precision, s.value, now_at
        from counted d
        join unnest(names, known) as asked(name, version) on asked.name = d.name
        left join coordination.cells s on s.name = d.name and s.version::double precision <> asked.version;
    end $$`

  // Writes a cell if it is of the expected version (0 for none), and gives it as it is then.
  yield* sql`
    create function coordination.write(
      cell text, expected double precision, content text,
      out is_written boolean, out version double precision, out value text
    ) language plpgsql as $$
    declare
      next bigint := greatest(expected + 1, extract(epoch from clock_timestamp()) * 1000000);
    begin
      if expected = 0 then
        insert into coordination.cells as c (name, version, value) values (cell, next, content) on conflict do nothing;
      else
        update coordination.cells c set version = next, value = content
        where c.name = cell and c.version = expected::bigint;
      end if;
      is_written := found;
      select c.version::double precision, c.value into version, value from coordination.cells c where c.name = cell;
    end $$`
})
