import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { run } from "../support/inProcess.ts"
import * as World from "../support/worlds.ts"

/** Two practices with an event and a record of every state, and dead deliveries of events that are done. */
const received = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* sql`delete from webhook.deliveries`
  yield* sql`delete from webhook.resources`
  yield* sql`delete from webhook.events`
  yield* sql`
    insert into webhook.events (
      event_id, practice_id, topic, resource, resource_id, status, attempts, kept_because, last_error_tag, received_at
    )
    select practice || '-' || status, practice, 'Appointment.check-in', 'Appointment', '12', status,
      case status when 'dead' then 8 else 0 end, case status when 'kept' then 'no-resource' end,
      case status when 'dead' then 'PermissionDenied' end, '2026-03-01T12:00:00Z'
    from unnest('{195900,195901}'::text[]) as practice,
      unnest('{pending,processing,done,kept,dead}'::text[]) as status`
  yield* sql`
    insert into webhook.deliveries (
      handler, event_id, practice_id, topic, resource, resource_id, received_at, reading, status, attempts, last_error_tag
    )
    select 'remind', practice || '-done', practice, 'Appointment.check-in', 'Appointment', '12', '2026-03-01T12:00:00Z', 1,
      'dead', 12, 'SmsRefused'
    from unnest('{195900,195901}'::text[]) as practice`
})

const states = Effect.gen(function* () {
  const sql = yield* SqlClient
  return yield* sql<{ readonly id: string; readonly status: string; readonly attempts: number }>`
    select event_id as id, status, attempts from webhook.events where status in ('pending', 'dead')
    union all select handler || ' ' || event_id, status, attempts from webhook.deliveries order by 1`
})

const parsed = (stdout: string) => {
  assert.strictEqual(stdout.trimEnd().split("\n").length, 1)
  return JSON.parse(stdout)
}

layer(World.layer(), { excludeTestServices: true, timeout: 60_000 })("athena-sync events", (it) => {
  it.effect("lists what was received and what handlers are owed, for people and for machines", () =>
    Effect.gen(function* () {
      const environment = yield* World.environment
      const empty = yield* run(["events", "list"], environment)
      assert.deepInclude(empty, { code: 0, stdout: "No events.\n" })
      yield* received
      const all = parsed((yield* run(["events", "list", "--json"], environment)).stdout)
      assert.deepInclude(all, { command: "events list", environment: "sandbox" })
      assert.lengthOf(all.events, 10)
      assert.lengthOf(all.deliveries, 2)
      const dead = parsed(
        (yield* run(["events", "list", "--status", "dead", "--practice", "195900", "--json"], environment)).stdout
      )
      assert.deepStrictEqual(dead.events, [
        {
          eventId: "195900-dead",
          practiceId: "195900",
          topic: "Appointment.check-in",
          resource: "Appointment",
          resourceId: "12",
          status: "dead",
          attempts: 8,
          keptBecause: null,
          lastErrorTag: "PermissionDenied",
          receivedAt: "2026-03-01T12:00:00+00:00",
          processedAt: null
        }
      ])
      assert.deepStrictEqual(dead.deliveries, [
        {
          handler: "remind",
          eventId: "195900-done",
          practiceId: "195900",
          topic: "Appointment.check-in",
          resource: "Appointment",
          resourceId: "12",
          status: "dead",
          attempts: 12,
          lastErrorTag: "SmsRefused",
          receivedAt: "2026-03-01T12:00:00+00:00",
          dueAt: null,
          doneAt: null
        }
      ])
      const table = yield* run(["events", "list", "--status", "dead"], environment)
      assert.match(table.stdout, /^received \(UTC\) +practice +topic/)
      assert.include(table.stdout, "SmsRefused")
      assert.include(table.stdout, "athena-sync events redrive")
      assert.include((yield* run(["events", "list", "--limit", "3"], environment)).stdout, "The newest 3 of each")
    })
  )

  it.effect("sends through again what is dead: of one practice, of the ids that are given, or all", () =>
    Effect.gen(function* () {
      const environment = yield* World.environment
      const sql = yield* SqlClient
      yield* received
      const ofOne = yield* run(["events", "redrive", "--practice", "195901", "--json"], environment)
      assert.strictEqual(ofOne.code, 0, ofOne.stderr)
      assert.deepStrictEqual(parsed(ofOne.stdout), {
        command: "events redrive",
        environment: "sandbox",
        events: 1,
        deliveries: 1,
        notDead: []
      })
      assert.deepStrictEqual(yield* states, [
        { id: "195900-dead", status: "dead", attempts: 8 },
        { id: "195900-pending", status: "pending", attempts: 0 },
        { id: "195901-dead", status: "pending", attempts: 0 },
        { id: "195901-pending", status: "pending", attempts: 0 },
        { id: "remind 195900-done", status: "dead", attempts: 12 },
        { id: "remind 195901-done", status: "pending", attempts: 0 }
      ])
      const due = yield* sql`
        select practice_id as practice, attempts, is_dead as "isDead" from webhook.resources where due_at <= now()`
      assert.deepStrictEqual(due, [{ practice: "195901", attempts: 0, isDead: false }])

      const named = yield* run(["events", "redrive", "195900-done", "195900-kept"], environment)
      assert.strictEqual(named.code, 3)
      assert.match(named.stdout, /^Sent through again: 1 delivery to a handler/)
      assert.include(named.stdout, "not dead, or not known: 195900-kept")
      const unknown = yield* run(["events", "redrive", "unknown-1"], environment)
      assert.deepInclude(unknown, { code: 1, stdout: "Nothing was dead.\nnot dead, or not known: unknown-1\n" })
      const rest = yield* run(["events", "redrive"], environment)
      assert.match(rest.stdout, /^Sent through again: 1 event\. /)
      const none = yield* run(["events", "redrive"], environment)
      assert.deepInclude(none, { code: 0, stdout: "Nothing was dead.\n" })
    })
  )

  it.effect("are destroyed with the practice's other data by a purge", () =>
    Effect.gen(function* () {
      const environment = yield* World.environment
      const sql = yield* SqlClient
      yield* received
      yield* run(["events", "redrive"], environment)
      const purged = yield* run(["purge", "--practice", "195900", "--yes", "--json"], environment)
      assert.strictEqual(purged.code, 0, purged.stderr)
      const left = yield* sql`
        select practice_id from webhook.events union select practice_id from webhook.deliveries
        union select practice_id from webhook.resources`
      assert.deepStrictEqual(left, [{ practice_id: "195901" }])
    })
  )
})
