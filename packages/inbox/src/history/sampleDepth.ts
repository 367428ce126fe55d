import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { readDepth, readOldestDue } from "../status/readInbox.ts"

/** How long samples are kept. */
export const keptDays = 7

/**
 * Writes down how the inbox stands, unless a copy has done so in this minute; forgets what is older than a week. Safe to call from
 * every copy, and as often as one likes: the minute is the key.
 */
export const sampleDepth = Effect.gen(function* () {
  const sql = yield* SqlClient
  const known = yield* sql`
    select from webhook.depth_samples where minute = date_trunc('minute', clock_timestamp())`
  if (known.length > 0) return false
  const { dead, pending, processing } = yield* readDepth
  const oldest = yield* readOldestDue
  const written = yield* sql`
    insert into webhook.depth_samples (minute, pending, processing, dead, oldest_due_seconds)
    values (date_trunc('minute', clock_timestamp()), ${pending}, ${processing}, ${dead}, ${oldest})
    on conflict (minute) do nothing returning minute`
  for (const table of ["webhook.depth_samples", "webhook.latency_samples"]) {
    yield* sql`delete from ${sql.literal(table)} where minute < clock_timestamp() - ${keptDays} * interval '1 day'`
  }
  return written.length > 0
}).pipe(mapSqlError("history.depth"))
