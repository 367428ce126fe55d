/** What the console reads, on an inbox of 100,000 events. */
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { readCatchUps, readDowntimes, readReceivers, readSilences } from "../../src/status/readGaps.ts"
import { readDeadLetters, readDepth, readFreshness, readOldestDue, readPauses } from "../../src/status/readInbox.ts"
import { engine } from "../support/engine.ts"

const filled = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* sql`
    insert into webhook.events (event_id, practice_id, topic, resource, resource_id, status, received_at, processed_at)
    select 'e' || n, (195900 + n % 40)::text, (array['Appointment.update', 'Patient.update', 'LabResult.create'])[1 + n % 3],
      'Appointment', n::text,
      case when n % 1000 = 0 then 'dead' when n > 99980 then 'pending' when n > 99970 then 'processing' else 'done' end,
      now() - (100000 - n) * interval '20 seconds', case when n <= 99970 then now() - (100000 - n) * interval '20 seconds' end
    from generate_series(1, 100000) as n`
  yield* sql`
    insert into webhook.resources (practice_id, resource, resource_id, generation, due_at, is_dead)
    select (195900 + n % 40)::text, 'Appointment', n::text, n, now() + (n - 50) * interval '1 second', n = 1
    from generate_series(1, 1000) as n`
  yield* sql`vacuum analyze webhook.events`
  yield* sql`vacuum analyze webhook.resources`
})

/** The plans of the statements that an effect sends: which indexes they use, and which tables they read whole. */
const plansOf = Effect.fnUntraced(function* <A, E>(effect: Effect.Effect<A, E, SqlClient>) {
  const sql = yield* SqlClient
  yield* sql`select pg_stat_reset_single_table_counters('webhook.events'::regclass)`
  const counted = sql<{ readonly scans: number; readonly rows: number; readonly heap: number }>`
    select seq_scan::int as scans, seq_tup_read::int as rows, idx_tup_fetch::int as heap
    from pg_stat_xact_user_tables where relid = 'webhook.events'::regclass`
  return yield* sql.withTransaction(
    Effect.gen(function* () {
      const [before] = yield* counted
      const value = yield* effect
      const [after] = yield* counted
      return {
        value,
        wholeReadings: (after?.scans ?? 0) - (before?.scans ?? 0),
        fetched: (after?.heap ?? 0) - (before?.heap ?? 0)
      }
    })
  )
})

layer(engine, { excludeTestServices: true })("status of 100,000 events", (it) => {
  it.effect("is read by indexes, and reads no table whole", () =>
    Effect.gen(function* () {
      yield* filled
      const depth = yield* plansOf(readDepth)
      assert.deepInclude(depth.value, { pending: 19, processing: 10, dead: 100 })
      assert.approximately(depth.value.settledAbout, 99_871, 2_000)
      const freshness = yield* plansOf(readFreshness)
      assert.strictEqual(freshness.value.length, 40)
      assert.isTrue(
        freshness.value.every(({ lastEventAt, lastStoredAt }) => lastEventAt !== null && lastStoredAt !== null)
      )
      const dead = yield* plansOf(readDeadLetters)
      // Every thousandth, of 40 practices.
      assert.deepInclude(dead.value[0], { practiceId: "195900", events: 100 })
      for (const [name, { fetched, wholeReadings }] of Object.entries({ depth, freshness, dead })) {
        assert.strictEqual(wholeReadings, 0, name)
        assert.isBelow(fetched, 1_000, name)
      }
    })
  )

  it.effect("names the indexes that it relies on", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient
      const planOf = (statement: string) =>
        Effect.map(sql.unsafe<Record<string, string>>(`explain ${statement}`), (rows) =>
          rows.flatMap((row) => Object.values(row)).join("\n")
        )
      assert.match(
        yield* planOf("select count(*) from webhook.events where status in ('pending', 'processing')"),
        /events_practice_id_resource_resource_id_generation_idx/
      )
      assert.match(
        yield* planOf("select count(*) from webhook.events where status = 'dead'"),
        /Index .*events_received_at_idx1/
      )
      assert.match(
        yield* planOf(
          "select processed_at from webhook.events where practice_id = '195901' and status = 'done' order by processed_at desc limit 1"
        ),
        /Index .*events_practice_id_processed_at_idx/
      )
      assert.match(
        yield* planOf(
          "select received_at from webhook.events where practice_id = '195901' and topic = 'Patient.update' order by received_at desc limit 1"
        ),
        /Index .*events_practice_id_topic_received_at_idx/
      )
      assert.match(
        yield* planOf(
          "select due_at from webhook.resources where not is_dead and practice_id > '195901' order by practice_id, due_at limit 1"
        ),
        /Index .*resources_practice_id_due_at_idx/
      )
    })
  )

  it.effect("tells for how long the oldest record has been due, and which practices are paused", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient
      // The one that is 49 seconds overdue is dead.
      const due = yield* readOldestDue
      assert.isAtLeast(due, 48)
      assert.isBelow(due, 108)
      yield* sql`
        insert into webhook.pauses (practice_id, until, reason_tag)
        values ('195901', now() + interval '1 hour', 'Throttled'), ('195902', now() - interval '1 hour', 'Unreachable')`
      assert.deepStrictEqual(
        (yield* readPauses).map(({ practiceId, reasonTag }) => [practiceId, reasonTag]),
        [["195901", "Throttled"]]
      )
      yield* sql`delete from webhook.resources`
      assert.strictEqual(yield* readOldestDue, 0)
    })
  )

  it.effect("has nothing to tell of gaps where there are none", () =>
    Effect.gen(function* () {
      const none = yield* Effect.all([readSilences, readCatchUps(), readDowntimes, readReceivers])
      assert.deepStrictEqual(none, [[], [], [], []])
    })
  )
})
