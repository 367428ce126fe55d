/**
 * Priorities between processes: a take tells how urgent it is, and one that others outrank is sent away to ask again, unless
 * it is owed its turn.
 *
 * - A priority counts as waiting from when a process asks until a little after its turn, since whoever has more to send
 *   asks again then. A process outranks itself never: it knows its own callers' order.
 * - While it waits, each turn that goes to others adds its share to what a lower priority is owed; with a whole turn owed it is
 *   outranked by none.
 *
 * The index of the arrays is the priority: 1 interactive, 2 events, 3 sync.
 */
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

export const urgency = Effect.gen(function* () {
  const sql = yield* SqlClient

  yield* sql`
    alter table coordination.buckets
      add waits_until double precision[] not null default '{0,0,0}',
      add asked_by text[] not null default array['', '', ''],
      add owed double precision[] not null default '{0,0,0}'`

  yield* sql`drop function coordination.take`

  yield* sql`
    create function coordination.take(
      bucket text, tokens double precision, capacity double precision, refill double precision, may_owe boolean,
      at double precision default null, priority integer default 1, process text default '',
      out remaining double precision, out elapsed double precision, out is_outranked boolean
    ) language plpgsql as $$
    declare
      shares constant double precision[] := '{0,0.2,0.1}';
      known coordination.buckets;
      moment double precision;
      ahead double precision;
      missing double precision;
    begin
      select * into known from coordination.buckets where name = bucket for update;
      if not found then
        insert into coordination.buckets (name, full_at) values (bucket, '-infinity') on conflict do nothing;
        select * into known from coordination.buckets where name = bucket for update;
      end if;
      -- The clock is read when the row is locked, not when the transaction began: others may have been before us.
      moment := coalesce(at, extract(epoch from clock_timestamp()) * 1000);
      ahead := greatest(0, known.full_at - moment);
      is_outranked := false;
      for other in 1 .. priority - 1 loop
        is_outranked := is_outranked or (known.waits_until[other] > moment and known.asked_by[other] <> process);
      end loop;
      if is_outranked and known.owed[priority] >= 1 - 1e-9 then
        known.owed[priority] := known.owed[priority] - 1;
        is_outranked := false;
      end if;
      known.waits_until[priority] := greatest(known.waits_until[priority], moment + ahead + greatest(2 * refill, 50));
      known.asked_by[priority] := process;
      -- So many refills until it is full; the next of them began so long ago.
      missing := ceil(ahead / refill - 1e-9);
      elapsed := greatest(0, missing * refill - ahead);
      remaining := capacity - missing - tokens;
      if not is_outranked and (may_owe or remaining >= 0) then
        known.full_at := moment + ahead + tokens * refill;
        for other in 2 .. 3 loop
          if known.waits_until[other] <= moment then
            known.owed[other] := 0;
          elsif other <> priority then
            known.owed[other] := least(2, known.owed[other] + shares[other]);
          end if;
        end loop;
      end if;
      update coordination.buckets b
      set full_at = known.full_at, waits_until = known.waits_until, asked_by = known.asked_by, owed = known.owed
      where b.name = bucket;
    end $$`
})
