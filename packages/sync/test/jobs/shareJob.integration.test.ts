/** Copies of one job on one database: what each practice's part does is played, the leases and tables are real. */
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { auditMigrations } from "@athena-engine/audit/store/migrations/AuditMigrations"
import { Leases } from "@athena-engine/database/locks/Leases"
import { metaMigrations } from "@athena-engine/database/migrations/MetaMigrations"
import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import { assert, layer } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer, Logger } from "effect"
import { practiceLeaseOf } from "../../src/jobs/Job.ts"
import { shareJob } from "../../src/jobs/shareJob.ts"
import { syncMigrations } from "../../src/migrations/SyncMigrations.ts"
import { noRows, type RunFailure, type SyncResult } from "../../src/runs/SyncResult.ts"
import { newRunId } from "../support/practice.ts"

const practices = Array.from({ length: 10 }, (_, n) => PracticeId.make(String(195_900 + n)))
const [first = assert.fail(), second = assert.fail()] = practices

const resultOf = (practiceId: PracticeId, error?: RunFailure): SyncResult => ({
  practiceId,
  resource: "appointments",
  status: error === undefined ? "complete" : "failed",
  ...noRows,
  fetched: 1,
  requests: 1,
  retries: 0,
  rateLimited: 0,
  durationMs: 1,
  ...(error === undefined ? {} : { error })
})

/** Copies of one job, and which practices they worked at, oldest first. */
const copiesOf = (name: string, scope = "night") => {
  const worked: Array<string> = []
  const jobOf = (holder: string) => ({ name, scope, runId: newRunId(), holder })
  return {
    worked,
    leaseOf: (practiceId: PracticeId) => practiceLeaseOf(jobOf("nobody"), practiceId),
    run: (
      holder: string,
      ids: ReadonlyArray<PracticeId>,
      work: (practiceId: PracticeId) => Effect.Effect<SyncResult> = (id) => Effect.succeed(resultOf(id))
    ) =>
      shareJob(jobOf(holder), ids, 3, (practiceId) =>
        Effect.suspend(() => {
          worked.push(`${holder} ${practiceId}`)
          return Effect.map(work(practiceId), (result) => [result])
        })
      )
  }
}

/** Until somebody is at the practice. */
const isAt = (lease: string) =>
  Effect.repeat(
    Effect.delay(
      Leases.use((leases) => leases.holdings),
      "5 millis"
    ),
    {
      until: (holdings) => holdings.some(({ name }) => name === lease)
    }
  )

const services = Leases.layer.pipe(
  Layer.provideMerge(TestDatabase.layer([metaMigrations, auditMigrations, syncMigrations])),
  Layer.merge(Logger.layer([]))
)

layer(services, { excludeTestServices: true, timeout: 60_000 })("several copies of a job", (it) => {
  it.effect("do each practice once, and each tells of all of them, and by whom it was done", () =>
    Effect.gen(function* () {
      const copies = copiesOf("once")
      const all = yield* Effect.forEach(
        ["a", "b", "c"],
        (holder) => copies.run(holder, practices, (id) => Effect.as(Effect.sleep("20 millis"), resultOf(id))),
        { concurrency: "unbounded" }
      )
      const worked = copies.worked.map((line) => line.split(" ")[1])
      assert.deepStrictEqual(worked.toSorted(), practices)
      assert.isAbove(new Set(copies.worked.map(([holder]) => holder)).size, 1)
      for (const [n, results] of all.entries()) {
        assert.deepStrictEqual(
          results.map(({ practiceId, status }) => [practiceId, status]),
          practices.map((id) => [id, "complete"])
        )
        const holder = "abc"[n]
        for (const { fetched, notes, practiceId } of results) {
          const wasItself = copies.worked.includes(`${holder} ${practiceId}`)
          assert.strictEqual(fetched, wasItself ? 1 : 0)
          if (wasItself) assert.isUndefined(notes)
          else assert.match(notes?.[0] ?? "", /^practice \d+: done by [abc] at \d{4}-.*Z, run run-/)
        }
      }
    })
  )

  it.effect("belong together if they overlap; whoever comes when all have ended does everything anew", () =>
    Effect.gen(function* () {
      const copies = copiesOf("rounds")
      const hold = yield* Deferred.make<void>()
      const held = (id: PracticeId) => Effect.as(id === second ? Deferred.await(hold) : Effect.void, resultOf(id))
      const early = yield* Effect.forkChild(copies.run("early", [second, first], held))
      yield* Effect.repeat(Effect.delay(Effect.void, "5 millis"), { until: () => copies.worked.length === 2 })
      // The first practice is done before this one comes, the second is under way.
      const late = yield* Effect.forkChild(copies.run("late", [first, second]))
      yield* Effect.sleep("50 millis")
      yield* Deferred.succeed(hold, undefined)
      yield* Fiber.join(early)
      yield* Fiber.join(late)
      assert.deepStrictEqual(copies.worked.toSorted(), [`early ${first}`, `early ${second}`])
      yield* copies.run("next night", [first])
      assert.strictEqual(copies.worked.at(-1), `next night ${first}`)
    })
  )

  it.effect("take over what a copy that was stopped has left", () =>
    Effect.gen(function* () {
      const copies = copiesOf("stopped")
      const stopped = yield* Effect.forkChild(copies.run("stopped", [first], () => Effect.never))
      yield* isAt(copies.leaseOf(first))
      const waiting = yield* Effect.forkChild(copies.run("waiting", [first, second]))
      yield* Effect.repeat(Effect.delay(Effect.void, "5 millis"), {
        until: () => copies.worked.includes(`waiting ${second}`)
      })
      assert.notInclude(copies.worked, `waiting ${first}`)
      yield* Fiber.interrupt(stopped)
      const results = yield* Fiber.join(waiting)
      assert.strictEqual(copies.worked.at(-1), `waiting ${first}`)
      assert.deepStrictEqual(
        results.map(({ practiceId }) => practiceId),
        [first, second]
      )
    })
  )

  it.effect("do not try again what failed for everybody, and tell it; but what failed for one copy only", () =>
    Effect.gen(function* () {
      const copies = copiesOf("failed")
      const down = { tag: "ServerUnavailable", message: `practice ${first}: is down`, retryAt: "2026-01-01T00:00:00Z" }
      const busy = { tag: "LeaseHeld", message: "appointments are held by another command" }
      // The round goes on as long as this one lives.
      const last = PracticeId.make("195999")
      const living = yield* Effect.forkChild(copies.run("living", [last], () => Effect.never))
      yield* isAt(copies.leaseOf(last))
      yield* copies.run("one", [first, second], (id) => Effect.succeed(resultOf(id, id === first ? down : busy)))
      const other = yield* copies.run("other", [first, second])
      assert.deepStrictEqual(copies.worked.slice(1), [`one ${first}`, `one ${second}`, `other ${second}`])
      assert.deepInclude(other[0], { practiceId: first, status: "failed", error: down, requests: 0 })
      assert.deepInclude(other[1], { practiceId: second, status: "complete", fetched: 1 })
      yield* Fiber.interrupt(living)
    })
  )

  it.effect("share nothing with a job of another range, but never work at a practice at the same time", () =>
    Effect.gen(function* () {
      const june = copiesOf("ranges", "2019-06")
      const july = copiesOf("ranges", "2019-07")
      const hold = yield* Deferred.make<void>()
      const inJune = yield* Effect.forkChild(
        june.run("june", [first], (id) => Effect.as(Deferred.await(hold), resultOf(id)))
      )
      yield* isAt(june.leaseOf(first))
      const inJuly = yield* Effect.forkChild(july.run("july", [second, first]))
      yield* Effect.repeat(Effect.delay(Effect.void, "5 millis"), { until: () => july.worked.length === 1 })
      yield* Effect.sleep("50 millis")
      assert.deepStrictEqual(july.worked, [`july ${second}`])
      yield* Deferred.succeed(hold, undefined)
      yield* Fiber.join(inJune)
      yield* Fiber.join(inJuly)
      assert.deepStrictEqual(july.worked, [`july ${second}`, `july ${first}`])
    })
  )
})
