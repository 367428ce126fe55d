/**
 * `kill -9` of copies of `athena-webhooks` under load, while a practice goes on changing and its notifications come twice, late
 * and out of order. What was acknowledged is there and done in the end, in order for each record.
 */
import { Simulator } from "@athena-engine/simulator/Simulator"
import { SimulatorServer } from "@athena-engine/simulator/server/SimulatorServer"
import { chance } from "@athena-engine/testing/random/Chance"
import { seeds } from "@athena-engine/testing/random/seeds"
import { sized } from "@athena-engine/testing/size/sized"
import { assert, layer } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { environment, until, world } from "../support/athenaWebhooks.ts"
import { copiesOf } from "../support/copies.ts"
import { assertInOrder, logEffects } from "../support/effectLog.ts"
import { subscribe } from "../support/subscribing.ts"

const practiceId = "195900"
const kills = sized({ short: 2, long: 30 })
/** Few records for many events: they meet each other. */
const records = 15
const timeout = sized({ short: 120_000, long: 900_000 })

/** The vendor's hour of retries, shortened to seconds between them. */
const plan = (seed: number) => ({
  seed,
  gatherMilliseconds: 20,
  mostEvents: 3,
  focus: "mixed" as const,
  retries: { firstSeconds: 1, mostSeconds: 1 },
  rules: [
    { when: { probability: 0.2 }, fault: { kind: "duplicate", laterMilliseconds: 300 } },
    { when: { probability: 0.2 }, fault: { kind: "late", milliseconds: 400 } },
    { when: { probability: 0.3 }, fault: { kind: "shuffle" } }
  ] as const
})

const settled = <E>(isSo: Effect.Effect<boolean, E, SqlClient | Simulator>) =>
  Effect.gen(function* () {
    const context = yield* Effect.context<SqlClient | Simulator>()
    yield* Effect.promise(() => until(() => Effect.runPromiseWith(context)(isSo)))
  })

/** Every notification that is remembered. */
const notifications = Effect.flatMap(Simulator, (simulator) => simulator.notifications)

const history = Effect.fnUntraced(function* (seed: number) {
  const random = chance(seed)
  const sql = yield* SqlClient
  const simulator = yield* Simulator
  const { origin } = yield* SimulatorServer
  yield* logEffects
  const { copies, killAndStart, port } = yield* copiesOf(yield* environment, 2)
  yield* simulator.setNotificationPlan(plan(seed))
  yield* Effect.promise(() => subscribe(origin, `http://127.0.0.1:${port}/webhooks/athenahealth`))
  const ids = (yield* simulator.snapshot(practiceId)).appointments
    .filter(({ status }) => status === "f")
    .slice(0, records)
    .map(({ appointmentId }) => appointmentId)

  // The simulator forgets what was delivered long ago.
  const acknowledged = new Set<string>()
  const look = Effect.map(notifications, (all) => {
    for (const { eventIds, state } of all) if (state === "delivered") for (const id of eventIds) acknowledged.add(id)
  })
  yield* Effect.forkScoped(Effect.forever(Effect.andThen(look, Effect.sleep("2 seconds"))))

  const load = yield* Effect.suspend(() => {
    const appointmentId = random.pick(ids)
    const startTime = `${10 + random.below(8)}:${10 + random.below(40)}`
    return Effect.ignore(
      simulator.mutate(
        random.pick([
          { kind: "touch", practiceId, appointmentId },
          { kind: "touch", practiceId, appointmentId },
          { kind: "move", practiceId, appointmentId, startTime },
          { kind: "checkIn", practiceId, appointmentId },
          { kind: "cancel", practiceId, appointmentId }
        ])
      )
    )
  }).pipe(Effect.andThen(Effect.sleep("15 millis")), Effect.forever, Effect.forkScoped)

  const count = Effect.map(
    sql<{ readonly n: number }>`select count(*)::int as n from webhook.events where status = 'done'`,
    ([row]) => row?.n ?? 0
  )
  for (let killed = 0; killed < kills; killed++) {
    // Work goes on between two kills, so that each of them falls into the middle of it.
    const before = yield* count
    yield* settled(Effect.map(count, (n) => n > before + 5))
    yield* Effect.sleep(random.below(120))
    yield* killAndStart(random.below(copies.length))
    // Claims end half a minute after a copy's death. Here they end now, also those of copies that live, which must notice.
    yield* sql`update webhook.resources set due_at = now() where holder is not null`
  }
  yield* Fiber.interrupt(load)

  yield* settled(
    Effect.map(notifications, (all) =>
      all.every(({ state }) => state === "delivered" || state === "lost" || state === "dropped")
    )
  )
  yield* sql`update webhook.resources set due_at = now() where holder is not null`
  yield* settled(Effect.map(sql`select from webhook.resources limit 1`, (rows) => rows.length === 0))

  yield* look
  const kept = yield* sql<{ readonly id: string; readonly status: string; readonly record: string }>`
    select event_id as id, status, resource_id as record from webhook.events`
  assert.isAbove(acknowledged.size, 0)
  const known = new Set(kept.map(({ id }) => id))
  assert.deepStrictEqual(
    [...acknowledged].filter((id) => !known.has(id)),
    []
  )
  assert.deepStrictEqual(
    kept.filter(({ status }) => status !== "done"),
    []
  )
  yield* assertInOrder

  const touched = new Set(kept.map(({ record }) => record))
  const truth = (yield* simulator.snapshot(practiceId)).appointments
    .filter(({ appointmentId, status }) => touched.has(appointmentId) && status !== "o")
    .map(({ appointmentId, date, startTime, status }) => ({ appointmentId, date, startTime, status }))
  const stored = yield* sql`
    select appointment_id as "appointmentId", date::text as date, to_char(start_time, 'HH24:MI') as "startTime", status
    from athena.appointments where practice_id = ${practiceId} and gone_at is null order by appointment_id::bigint`
  assert.isAbove(truth.length, 0)
  assert.deepStrictEqual(stored, truth)
})

for (const seed of seeds({ short: 1, long: 1 })) {
  layer(world(), { excludeTestServices: true, timeout })(`killed again and again, TEST_SEED=${seed}`, (it) => {
    it.effect(
      "every acknowledged event is done in the end, each record in order, and the table is as the practice is",
      () => Effect.scoped(history(seed)),
      timeout
    )
  })
}
