/**
 * Times without events, and what was done about them: for `athena-sync events gaps`, the console and metrics.
 */
import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { CatchUpReason } from "../gaps/bookCatchUps.ts"
import { isShown } from "../gaps/planCatchUp.ts"

/** A copy that receives or did. Times are ISO 8601. */
export interface Receiver {
  readonly holder: string
  readonly startedAt: string
  readonly seenAt: string
  /** When it stopped by itself. */
  readonly endedAt: string | null
  readonly isReceiving: boolean
}

/** Without a sign of life for longer, a copy is not there. */
const missedAfterSeconds = 30

/** The copies of the last days, those that receive first. */
export const readReceivers = Effect.flatMap(
  SqlClient,
  (sql) => sql<Receiver>`
    select holder, to_json(started_at)#>>'{}' as "startedAt", to_json(seen_at)#>>'{}' as "seenAt",
      to_json(ended_at)#>>'{}' as "endedAt",
      ended_at is null and seen_at > clock_timestamp() - ${missedAfterSeconds} * interval '1 second' as "isReceiving"
    from webhook.receivers order by 5 desc, seen_at desc limit 100`
).pipe(mapSqlError("status.receivers"))

/** A time in which nobody received. */
export interface Downtime {
  readonly from: string
  readonly to: string
  readonly seconds: number
}

/** The last ones, newest first. */
export const readDowntimes = Effect.flatMap(
  SqlClient,
  (sql) => sql<Downtime>`
    select to_json(from_at)#>>'{}' as from, to_json(to_at)#>>'{}' as to, extract(epoch from to_at - from_at)::float8 as seconds
    from webhook.downtimes order by to_at desc limit 100`
).pipe(mapSqlError("status.downtimes"))

/** A topic that has been silent for longer than usual. */
export interface OpenSilence {
  readonly practiceId: string
  readonly topic: string
  readonly since: string
  /** Hours of the topic's own clock, see `gaps/silenceLaw.ts`. */
  readonly usual: number
  /** How many times as long as usual. */
  readonly factor: number
  /**
   * `open`: nobody has looked yet, or what was found was missed by the topic · `quiet`: it was caught up with since, and nothing had
   * changed, as on a holiday · `unknown`: it was caught up with, and nothing here shows what the topic tells of.
   */
  readonly verdict: "open" | "quiet" | "unknown"
}

interface SilenceRow extends Omit<OpenSilence, "verdict"> {
  readonly isLookedAfter: boolean
  readonly changes: number
}

/** Silences that go on. Index: that of silences that have not ended. */
export const readSilences = Effect.gen(function* () {
  const sql = yield* SqlClient
  const rows = yield* sql<SilenceRow>`
    select practice_id as "practiceId", topic, to_json(since)#>>'{}' as since, usual_hours as usual, factor,
      exists (
        select from webhook.catch_ups as done
        where done.practice_id = silence.practice_id and done.booked_at >= silence.found_at and finished_at is not null
      ) as "isLookedAfter",
      coalesce((
        select sum(inserted + updated + gone) from athena.sync_runs as run
        where run.practice_id = silence.practice_id and run.started_at >= silence.since
          and run.resource in (lower(split_part(topic, '.', 1)) || 's', 'changed_' || lower(split_part(topic, '.', 1)) || 's')
      ), 0)::float8 as changes
    from webhook.silences as silence where ended_at is null
    order by length(practice_id), practice_id, topic`
  return rows.map(({ changes, isLookedAfter, ...silence }): OpenSilence => {
    if (!isLookedAfter || (changes > 0 && isShown(silence.topic))) return { ...silence, verdict: "open" }
    return { ...silence, verdict: isShown(silence.topic) ? "quiet" : "unknown" }
  })
}).pipe(mapSqlError("status.silences"))

/** What was or is to be repaired. */
export interface CatchUpReport {
  readonly id: string
  readonly practiceId: string
  readonly reason: CatchUpReason
  /** What changed in this time may not have been told. */
  readonly from: string
  readonly to: string
  /** Steps of the sync, in their order; empty before it was begun. */
  readonly through: ReadonlyArray<string>
  readonly bookedAt: string
  readonly startedAt: string | null
  readonly finishedAt: string | null
  readonly inserted: number
  readonly updated: number
  readonly gone: number
  /** Topics of which nothing here shows what changed, since `since`. */
  readonly unknown: ReadonlyArray<{ readonly topic: string; readonly since: string }>
  /** Why it was put off. */
  readonly errorTag: string | null
  /** When it is gone on with, if it was put off. */
  readonly retryAt: string | null
}

interface CatchUpRow extends Omit<CatchUpReport, "unknown"> {
  readonly blindTopics: ReadonlyArray<string>
}

/** Those that are open and the last ones of the others, newest first; of some practices, if some are given. */
export const readCatchUps = (practices: ReadonlyArray<string> = []) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const wanted = sql`(${practices.length === 0}::boolean or practice_id = any(${practices}::text[]))`
    const rows = yield* sql<CatchUpRow>`
    with shown as (
      select * from webhook.catch_ups where finished_at is null and ${wanted}
      union
      (select * from webhook.catch_ups where finished_at is not null and ${wanted} order by id desc limit 100)
    )
    select id::text as id, practice_id as "practiceId", reason, to_json(from_at)#>>'{}' as from,
      to_json(to_at)#>>'{}' as to, to_json(booked_at)#>>'{}' as "bookedAt", to_json(started_at)#>>'{}' as "startedAt",
      to_json(finished_at)#>>'{}' as "finishedAt", blind_topics as "blindTopics", last_error_tag as "errorTag",
      case when last_error_tag is not null then to_json(due_at)#>>'{}' end as "retryAt",
      coalesce((
        select array_agg(step order by position) from webhook.catch_up_steps where catch_up_id = shown.id
      ), '{}') as through,
      coalesce(rows.inserted, 0)::float8 as inserted, coalesce(rows.updated, 0)::float8 as updated,
      coalesce(rows.gone, 0)::float8 as gone
    from shown left join lateral (
      select sum(run.inserted) as inserted, sum(run.updated) as updated, sum(run.gone) as gone
      from unnest(shown.run_ids) as attempt (run_id)
      join athena.sync_runs as run
        on run.run_id in (attempt.run_id, attempt.run_id || '-sweep') and run.practice_id = shown.practice_id
    ) as rows on true
    order by shown.id desc`
    return rows.map(
      ({ blindTopics, ...report }): CatchUpReport => ({
        ...report,
        unknown: blindTopics.map((topic) => ({ topic, since: report.from }))
      })
    )
  }).pipe(mapSqlError("status.catchUps"))

export interface GapsReport {
  /** Something may be missing that nobody has looked for to the end. */
  readonly isOpen: boolean
  readonly receivers: ReadonlyArray<Receiver>
  readonly downtimes: ReadonlyArray<Downtime>
  readonly silences: ReadonlyArray<OpenSilence>
  readonly catchUps: ReadonlyArray<CatchUpReport>
}

/** All of it; of some practices, if some are given. */
export const readGaps = (practices: ReadonlyArray<string> = []) =>
  Effect.gen(function* () {
    const receivers = yield* readReceivers
    const downtimes = yield* readDowntimes
    const silences = (yield* readSilences).filter(
      ({ practiceId }) => practices.length === 0 || practices.includes(practiceId)
    )
    const catchUps = yield* readCatchUps(practices)
    const isOpen =
      silences.some(({ verdict }) => verdict !== "quiet") || catchUps.some(({ finishedAt }) => finishedAt === null)
    return { isOpen, receivers, downtimes, silences, catchUps } satisfies GapsReport
  })
