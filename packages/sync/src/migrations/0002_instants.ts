/**
 * The instant of a department's wall clock. PostgreSQL alone takes the second of two when the clocks go back; what is meant is
 * the first, as calendars have it (RFC 5545, section 3.3.5) and as `athena-core`'s `instantOf` reads it. Of an hour that is
 * skipped in spring both make the same.
 */
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

export const instants = Effect.gen(function* () {
  const sql = yield* SqlClient

  yield* sql`
    create function athena.instant_of(local timestamp, zone text) returns timestamptz
    language sql stable parallel safe as $$
      select case
        when ((local at time zone zone) - interval '1 hour') at time zone zone = local
          then (local at time zone zone) - interval '1 hour'
        else local at time zone zone
      end
    $$`

  // A name that only JavaScript knows would end the statement that uses it.
  yield* sql`
    create function athena.knows_zone(zone text) returns boolean language plpgsql stable as $$
      begin
        perform now() at time zone zone;
        return true;
      exception when invalid_parameter_value then
        return false;
      end
    $$`

  yield* sql`
    update athena.appointments set starts_at = athena.instant_of(date + start_time, time_zone)
    where starts_at is distinct from athena.instant_of(date + start_time, time_zone)`
})
