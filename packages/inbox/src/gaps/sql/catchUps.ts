/** How a catch-up is written: only under its practice's lease. */
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import type { RunId } from "@athena-engine/athena-core/ids/RunId"
import type { Lease } from "@athena-engine/database/locks/Leases"
import type { Step } from "@athena-engine/sync/schedule/Job"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { planCatchUp } from "../planCatchUp.ts"

/** Practices with a catch-up whose turn it is. Index: `catch_ups (due_at) where finished_at is null`. */
export const duePractices = Effect.flatMap(
  SqlClient,
  (sql) => sql<{ readonly practiceId: PracticeId }>`
    select practice_id as "practiceId" from webhook.catch_ups
    where finished_at is null and due_at <= clock_timestamp()
    group by practice_id order by min(due_at)`
).pipe(Effect.map((rows) => rows.map(({ practiceId }) => practiceId)))

/** The practice's oldest catch-up whose turn it is. */
export const nextDue = Effect.fnUntraced(function* (practiceId: PracticeId) {
  const sql = yield* SqlClient
  const [row] = yield* sql<{ readonly id: string }>`
    select id::text as id from webhook.catch_ups
    where practice_id = ${practiceId} and finished_at is null and due_at <= clock_timestamp()
    order by id limit 1`
  return row?.id
})

export interface Begun {
  /** Not finished, in their order. */
  readonly steps: ReadonlyArray<Step>
  /** The UTC day on which it was begun first: what is read around it stays the same, however often it is gone on with. */
  readonly day: string
}

const watched = Effect.fnUntraced(function* (practiceId: PracticeId) {
  const sql = yield* SqlClient
  const [row] = yield* sql<{ readonly topics: ReadonlyArray<string>; readonly feeds: ReadonlyArray<string> }>`
    select
      (select coalesce(array_agg(topic), '{}') from webhook.topics
        where practice_id = ${practiceId} and subscription is distinct from 'gone') as topics,
      (select coalesce(array_agg(feed), '{}') from athena.feeds
        where practice_id = ${practiceId} and active_since is not null) as feeds`
  return row ?? { topics: [], feeds: [] }
})

/** booked → begun: with its plan, if it is begun for the first time, and the run of this attempt. */
export const begin = Effect.fnUntraced(function* (
  id: string,
  practiceId: PracticeId,
  runId: RunId,
  holder: string,
  lease: Lease
) {
  const sql = yield* SqlClient
  return yield* sql.withTransaction(
    Effect.gen(function* () {
      yield* lease.assertHeld
      const [known] = yield* sql<{ readonly isNew: boolean }>`
        select started_at is null as "isNew" from webhook.catch_ups where id = ${id}::bigint`
      if (known?.isNew === true) {
        const plan = planCatchUp(yield* watched(practiceId))
        yield* sql`
          insert into webhook.catch_up_steps (catch_up_id, practice_id, step, position)
          select ${id}::bigint, ${practiceId}, step, position
          from unnest(${plan.steps}::text[]) with ordinality as one (step, position)`
        yield* sql`update webhook.catch_ups set blind_topics = ${plan.blindTopics}::text[] where id = ${id}::bigint`
      }
      const [row] = yield* sql<{ readonly day: string }>`
        update webhook.catch_ups set
          started_at = coalesce(started_at, clock_timestamp()), attempts = attempts + 1, holder = ${holder},
          run_ids = run_ids || ${runId}::text
        where id = ${id}::bigint
        returning (started_at at time zone 'UTC')::date::text as day`
      const steps = yield* sql<{ readonly step: Step }>`
        select step from webhook.catch_up_steps where catch_up_id = ${id}::bigint and finished_at is null
        order by position`
      return { day: row?.day ?? "", steps: steps.map(({ step }) => step) } satisfies Begun
    })
  )
})

/** The step is done; `more` has to be done for it as well. */
export const finishStep = Effect.fnUntraced(function* (
  id: string,
  practiceId: PracticeId,
  step: Step,
  more: Step | undefined,
  lease: Lease
) {
  const sql = yield* SqlClient
  yield* sql.withTransaction(
    Effect.gen(function* () {
      yield* lease.assertHeld
      yield* sql`
        update webhook.catch_up_steps set finished_at = clock_timestamp()
        where catch_up_id = ${id}::bigint and step = ${step}`
      if (more === undefined) return
      yield* sql`
        insert into webhook.catch_up_steps (catch_up_id, practice_id, step, position)
        select ${id}::bigint, ${practiceId}, ${more}, max(position) + 1
        from webhook.catch_up_steps where catch_up_id = ${id}::bigint
        on conflict do nothing`
    })
  )
})

export interface PutOff {
  readonly tag: string
  /** When the vendor wants to be asked again, if it said so. */
  readonly retryAt: string | undefined
}

/** begun → finished; or put off, until the time that was told or for a minute, then three times as long each time, up to an hour. */
export const conclude = Effect.fnUntraced(function* (id: string, putOff: PutOff | undefined, lease: Lease) {
  const sql = yield* SqlClient
  yield* sql.withTransaction(
    Effect.andThen(
      lease.assertHeld,
      putOff === undefined
        ? sql`
            update webhook.catch_ups set finished_at = clock_timestamp(), last_error_tag = null
            where id = ${id}::bigint`
        : sql`
            update webhook.catch_ups set
              last_error_tag = ${putOff.tag},
              due_at = coalesce(
                ${putOff.retryAt ?? null}::timestamptz,
                clock_timestamp() + least(3600, 60 * 3 ^ least(attempts - 1, 8)) * interval '1 second'
              )
            where id = ${id}::bigint`
    )
  )
})
