/**
 * The journal of the changed-data feeds: what is known of each feed's subscription, whether changes may be on their way that
 * nobody has stored, and what a sweep still has to look for. See `feeds/takeChanges.ts` for the states.
 */
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

export const feeds = Effect.gen(function* () {
  const sql = yield* SqlClient

  yield* sql`
    create table athena.feeds (
      practice_id text not null,
      feed text not null check (feed in ('appointments', 'patients')),
      is_ours boolean not null default false,
      department_ids text[],
      subscribed_at timestamptz,
      active_since timestamptz,
      checked_at timestamptz,
      missing_events text[] not null default '{}',
      taking_since timestamptz,
      replay_from timestamptz,
      replay_settles_at timestamptz,
      read_until timestamptz,
      sweep_booked_at timestamptz,
      sweep_from timestamptz,
      sweep_reason text check (sweep_reason in ('activated', 'lapsed', 'late', 'replay-too-old', 'replay-refused')),
      steps bigint not null default 0,
      primary key (practice_id, feed)
    )`

  // Records of which two answers cannot be put in order; a read by id decides.
  yield* sql`
    create table athena.disputed_changes (
      practice_id text not null,
      feed text not null,
      record_id text not null,
      noticed_at timestamptz not null default now(),
      primary key (practice_id, feed, record_id)
    )`
})
