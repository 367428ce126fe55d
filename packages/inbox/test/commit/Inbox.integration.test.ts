import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import * as Database from "@athena-engine/database/Database"
import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import { TestServer } from "@athena-engine/database/testing/TestServer"
import { assert, describe, layer } from "@effect/vitest"
import { Clock, DateTime, Effect, Layer, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { Inbox } from "../../src/commit/Inbox.ts"
import { InboxBusy } from "../../src/commit/InboxBusy.ts"
import type { ReceivedEvent } from "../../src/commit/Received.ts"
import { inboxMigrations } from "../../src/migrations/InboxMigrations.ts"

const event = (eventId: string, changes: Partial<ReceivedEvent> = {}): ReceivedEvent => ({
  eventId,
  topic: "Appointment.update",
  practiceId: PracticeId.make("195900"),
  resource: "Appointment",
  resourceId: "1",
  logicalId: undefined,
  patientId: undefined,
  departmentId: undefined,
  subscriptionId: undefined,
  occurredAt: DateTime.makeUnsafe("2026-03-01T12:00:00Z"),
  keptBecause: undefined,
  ...changes
})

const inbox = Inbox.layer({ isWork: ({ resource }) => resource === "Appointment" })
const onDatabase = Layer.provideMerge(inbox, TestDatabase.layer([inboxMigrations]))

const accept = (...events: ReadonlyArray<ReceivedEvent>) => Inbox.use((one) => one.accept({ events }))

const resource = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql<{
    readonly generation: string
    readonly isDead: boolean
    readonly attempts: number
    readonly due: number
  }>`
    select generation::text, is_dead as "isDead", attempts, extract(epoch from due_at)::float8 as due from webhook.resources`
)

layer(onDatabase, { excludeTestServices: true })("the inbox", (it) => {
  it.effect("keeps every event once, and one entry for a record of several", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      assert.deepStrictEqual(yield* accept(event("a"), event("b")), { fresh: 2, known: 0 })
      const [first] = yield* resource
      assert.deepStrictEqual(yield* accept(event("b"), event("c")), { fresh: 1, known: 1 })
      const [second, ...others] = yield* resource
      assert.deepStrictEqual(others, [])
      assert.isAbove(Number(second?.generation), Number(first?.generation))
      assert.strictEqual(second?.due, first?.due, "what waits already is not put off by what comes after it")
      assert.deepStrictEqual(yield* accept(event("c")), { fresh: 0, known: 1 })
      assert.deepStrictEqual((yield* resource)[0], second, "what is known makes no work")
      const [{ events } = { events: 0 }] = yield* sql<{ readonly events: number }>`
        select count(*)::int as events from webhook.events where status = 'pending'`
      assert.strictEqual(events, 3)
    })
  )

  it.effect("keeps what no record is read for, with the reason", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* accept(
        event("no-record", { topic: "Claim.update", resource: "Claim", resourceId: "2" }),
        event("foreign", { keptBecause: "other-practice", resourceId: "3" })
      )
      const rows = yield* sql<{ readonly id: string; readonly reason: string }>`
        select event_id as id, kept_because as reason from webhook.events where status = 'kept' order by 1`
      assert.deepStrictEqual(rows, [
        { id: "foreign", reason: "other-practice" },
        { id: "no-record", reason: "no-resource" }
      ])
      const work = yield* sql`select from webhook.resources where resource_id in ('2', '3')`
      assert.deepStrictEqual(work, [])
    })
  )

  it.effect("keeps a Bundle that nobody can read, and counts how often it came", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const unread = { events: [], unread: { digest: "0".repeat(64), reason: "no event has an id" } }
      const { accept } = yield* Inbox
      yield* Effect.forEach([unread, unread, unread], accept, { concurrency: 3 })
      const rows = yield* sql`select reason, times > 0 as "hasCome" from webhook.notifications`
      assert.deepStrictEqual(rows, [{ reason: "no event has an id", hasCome: true }])
    })
  )

  it.effect(
    "gives a record that was given up a new chance with its next event, and lets one that waits go on waiting",
    () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* accept(event("d"))
        yield* sql`update webhook.resources set due_at = now() + interval '1 hour', attempts = 3`
        const [waits] = yield* resource
        yield* accept(event("e"))
        const [waitsOn] = yield* resource
        assert.deepStrictEqual([waitsOn?.due, waitsOn?.attempts], [waits?.due, 3])
        yield* sql`update webhook.resources set is_dead = true`
        yield* accept(event("f"))
        const [revived] = yield* resource
        assert.deepStrictEqual([revived?.isDead, revived?.attempts], [false, 0])
        assert.isBelow(revived?.due ?? 0, waits?.due ?? 0)
      })
  )

  it.effect(
    "commits many notifications that come at once, with the same events in another order, and none is lost",
    () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const [before] = yield* sql<{
          readonly n: number
        }>`select xact_commit::int as n from pg_stat_database where datname = current_database()`
        const of = (n: number) => [
          event(`m${n % 100}`, { resourceId: `r${n % 7}` }),
          event(`m${(n + 50) % 100}`, { resourceId: `r${(n + 1) % 7}` })
        ]
        const receipts = yield* Effect.forEach(
          Array.from({ length: 400 }, (_, n) => of(n)),
          (events) => accept(...events),
          { concurrency: 200 }
        )
        assert.lengthOf(receipts, 400)
        const [{ n } = { n: 0 }] = yield* sql<{ readonly n: number }>`
        select count(*)::int as n from webhook.events where event_id ~ '^m'`
        assert.strictEqual(n, 100)
        yield* sql`select pg_stat_force_next_flush()`
        const [after] = yield* sql<{
          readonly n: number
        }>`select xact_commit::int as n from pg_stat_database where datname = current_database()`
        assert.isBelow((after?.n ?? 0) - (before?.n ?? 0), 200, "they share commits")
      })
  )
})

describe("a database that is away", () => {
  layer(TestServer.layer, { excludeTestServices: true })("and comes back", (it) => {
    it.effect("is told of within two seconds, takes nothing meanwhile, and takes the same again afterwards", () =>
      Effect.gen(function* () {
        const server = yield* TestServer
        const url = yield* server.createDatabase([inboxMigrations])
        yield* Effect.gen(function* () {
          yield* accept(event("before"))
          yield* server.stop("immediate")
          const began = yield* Clock.currentTimeMillis
          const refused = yield* Effect.forEach(["x", "y", "z"], (id) => Effect.flip(accept(event(id))), {
            concurrency: 3
          })
          assert.isBelow((yield* Clock.currentTimeMillis) - began, 2000)
          assert.deepStrictEqual(new Set(refused.map(({ reason }) => reason)), new Set(["not-committed"] as const))
          yield* server.start
          assert.deepStrictEqual(yield* accept(event("x"), event("y"), event("before")), { fresh: 2, known: 1 })
        }).pipe(Effect.provide(Layer.provideMerge(inbox, Database.layer({ _tag: "Url", url: Redacted.make(url) }))))
      })
    )

    it.effect("that does not answer is told of as well", () =>
      Effect.gen(function* () {
        const server = yield* TestServer
        const url = yield* server.createDatabase([inboxMigrations])
        yield* Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          const refused = yield* sql.withTransaction(
            Effect.gen(function* () {
              yield* sql`lock table webhook.events in access exclusive mode`
              return yield* Effect.flip(accept(event("locked")))
            })
          )
          assert.isTrue(refused instanceof InboxBusy && refused.reason === "not-committed")
          assert.deepStrictEqual(yield* accept(event("locked")), { fresh: 1, known: 0 })
        }).pipe(Effect.provide(Layer.provideMerge(inbox, Database.layer({ _tag: "Url", url: Redacted.make(url) }))))
      })
    )
  })
})
