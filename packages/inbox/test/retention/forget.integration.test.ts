import { Leases } from "@athena-engine/database/locks/Leases"
import { assert, layer } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { startWatch } from "../../src/gaps/keepWatch.ts"
import { forget } from "../../src/retention/forget.ts"
import { engine } from "../support/engine.ts"
import { until } from "../support/events.ts"

const insert = Effect.fnUntraced(function* (status: string, daysAgo: number, howMany = 1) {
  const sql = yield* SqlClient
  yield* sql`
    insert into webhook.events (event_id, practice_id, topic, resource, resource_id, status, received_at)
    select gen_random_uuid()::text, '1', 'Claim.update', 'Claim', n::text, ${status}, now() - ${daysAgo} * interval '1 day'
    from generate_series(1, ${howMany}::int) as n`
})

const left = Effect.gen(function* () {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly status: string; readonly events: number }>`
    select status, count(*)::int as events from webhook.events group by status order by status`
  return Object.fromEntries(rows.map(({ events, status }) => [status, events]))
})

layer(engine, { excludeTestServices: true })("retention", (it) => {
  it.effect("forgets what is done or kept and old, in batches, and never what is open or dead", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient
      // What stays lies in front of what goes.
      yield* insert("dead", 90, 700)
      yield* insert("pending", 80, 2)
      yield* insert("processing", 80, 2)
      yield* insert("done", 31, 1203)
      yield* insert("kept", 31, 3)
      yield* insert("done", 29, 5)
      yield* sql`
        insert into webhook.notifications (digest, reason, received_at)
        values ('a', 'r', now() - interval '31 days'), ('b', 'r', now() - interval '29 days')`
      yield* sql`
        insert into webhook.deliveries (
          handler, event_id, practice_id, topic, resource, resource_id, received_at, reading, status, done_at
        )
        select 'h', status || age, '1', 'Claim.update', 'Claim', '1', now() - age, 1, status,
          case when status = 'done' then now() - age end
        from unnest('{done,dead,pending}'::text[]) as status, unnest('{29 days,31 days}'::interval[]) as age`
      assert.deepStrictEqual(yield* forget(Duration.days(30)), { deliveries: 1, events: 1206, notifications: 1 })
      assert.deepStrictEqual(yield* left, { dead: 700, pending: 2, processing: 2, done: 5 })
      assert.deepStrictEqual(yield* forget(Duration.days(30)), { deliveries: 0, events: 0, notifications: 0 })
    })
  )

  it.effect("keeps everything for eight days, whatever was asked for", () =>
    Effect.gen(function* () {
      yield* insert("kept", 7, 4)
      yield* forget(Duration.days(1))
      assert.strictEqual((yield* left)["kept"], 4)
    })
  )

  it.effect("is seen to by one of the copies that keep watch, and by another once that one is gone", () =>
    Effect.gen(function* () {
      const isForgotten = Effect.map(left, (events) => (events["done"] ?? 0) === 0)
      const watch = (holder: string) => startWatch({ holder, retention: Duration.days(30) })
      const watchers = Effect.map(
        Leases.use(({ holdings }) => holdings),
        (all) => all.filter(({ name }) => name === "watch over the inbox").map(({ holder }) => holder)
      )
      yield* forget(Duration.days(8))
      yield* insert("done", 31, 3)
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* watch("one")
          yield* until(isForgotten)
          yield* watch("two")
          assert.deepStrictEqual(yield* watchers, ["one"])
        })
      )
      yield* insert("done", 31, 3)
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* watch("two")
          yield* until(isForgotten)
          assert.deepStrictEqual(yield* watchers, ["two"])
        })
      )
    })
  )
})
