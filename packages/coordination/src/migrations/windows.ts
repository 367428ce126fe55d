/** The fixed windows of Effect's `RateLimiter`. The engine's own budgets use none. */
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

export const windows = Effect.gen(function* () {
  const sql = yield* SqlClient

  yield* sql`
    create unlogged table coordination.windows (
      name text primary key,
      taken double precision not null,
      expires_at double precision not null
    ) with (fillfactor = 20)`

  yield* sql`
    create function coordination.take_of_window(
      counted text, tokens double precision, refill double precision, most double precision,
      at double precision default null, out taken double precision, out rest double precision
    ) language plpgsql as $$
    declare
      moment double precision;
      known coordination.windows;
    begin
      insert into coordination.windows (name, taken, expires_at) values (counted, 0, '-infinity') on conflict do nothing;
      select * into known from coordination.windows where name = counted for update;
      moment := coalesce(at, extract(epoch from clock_timestamp()) * 1000);
      if known.expires_at <= moment then
        known.taken := 0;
        known.expires_at := moment;
      end if;
      taken := known.taken + tokens;
      rest := known.expires_at - moment;
      if most is null or taken <= most then
        rest := rest + refill * tokens;
        update coordination.windows w set taken = known.taken + tokens, expires_at = known.expires_at + refill * tokens
        where w.name = counted;
      end if;
    end $$`
})
