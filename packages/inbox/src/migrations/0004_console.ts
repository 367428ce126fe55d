/**
 * How the inbox stood in the last days, minute by minute, for the plots of the console: numbers, and no id of anything.
 */
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

export const history = Effect.gen(function* () {
  const sql = yield* SqlClient

  // One row a minute, of whichever copy came first.
  yield* sql`
    create table webhook.depth_samples (
      minute timestamptz primary key,
      pending integer not null,
      processing integer not null,
      dead integer not null,
      oldest_due_seconds float8 not null
    )`

  // What each copy acknowledged in a minute: counts below each bound in seconds, and one for those above all of them.
  yield* sql`
    create table webhook.latency_samples (
      minute timestamptz not null,
      copy text not null,
      bounds float8[] not null,
      counts integer[] not null,
      primary key (minute, copy)
    )`
})
