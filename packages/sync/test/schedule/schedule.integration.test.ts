import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import { Leases } from "@athena-engine/database/locks/Leases"
import { TestServer } from "@athena-engine/database/testing/TestServer"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, describe, it, layer } from "@effect/vitest"
import { Deferred, Effect, Fiber, Logger, Option, Schedule } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { type Attended, attend, type Perform, scheduleLease } from "../../src/schedule/attend.ts"
import { type KeepOptions, keepSchedule } from "../../src/schedule/keepSchedule.ts"
import { runStep, type StepOptions } from "../../src/schedule/runStep.ts"
import { ScheduleStates } from "../../src/schedule/ScheduleStates.ts"
import { onServer } from "../database/onServer.ts"
import { slowly } from "../runs/slowly.ts"
import { engine } from "../support/engine.ts"
import { assertExact, count, requestsOf } from "../support/practice.ts"
import { newRunId, scheduledJob } from "../support/schedule.ts"
import { windowsDone } from "../support/watching.ts"

const practices = ["195900", "195901"].map((id) => PracticeId.make(id))
const nightly = scheduledJob("appointments", "0 2 * * *")
const june = { from: LocalDate.make("2019-06-01"), to: LocalDate.make("2019-06-14") }

type Services = Effect.Services<ReturnType<typeof runStep>>

/** A step over days of which the simulator has appointments. */
const perform: Perform<Services> = (step, { runId, practiceId, holder }) =>
  runStep(step, { runId, practiceId, holder, range: june } satisfies StepOptions)

/** Everything was last done so long ago. */
const lastDone = Effect.fnUntraced(function* (ago: string) {
  const states = yield* ScheduleStates
  const sql = yield* SqlClient
  yield* states.look(practices, ["appointments"])
  yield* sql`update athena.scheduled_jobs set covered_until = clock_timestamp() - ${ago}::interval`
})

const keep = (options: Partial<KeepOptions<Services>> = {}) =>
  keepSchedule<Services>({
    jobs: [nightly],
    practices,
    holder: "the test",
    newRunId,
    practicesAtOnce: 16,
    grace: "10 seconds",
    perform,
    onEnd: () => Effect.void,
    ...options
  })

const until = <E, R>(condition: Effect.Effect<boolean, E, R>) =>
  condition.pipe(
    Effect.flatMap((isSo) => (isSo ? Effect.void : Effect.fail("not yet"))),
    Effect.retry(Schedule.spaced("20 millis"))
  )

const ended = (status: string) =>
  count(`select count(*) from athena.scheduled_jobs where last_status = '${status}' and due_at is null`)

const withStates = <A, E, R>(test: Effect.Effect<A, E, R>) => Effect.provide(test, ScheduleStates.layerSql)

/** Another copy has sessions and leases of its own. */
const inAnotherCopy = <A, E, R>(work: Effect.Effect<A, E, R>) => Effect.provide(work, Leases.layer)

describe.concurrent("the schedule on PostgreSQL", () => {
  it.live("does what was missed once for each practice, whichever of two copies gets there, and nothing again", () =>
    Effect.gen(function* () {
      yield* lastDone("3 days")
      const ends: Array<Attended> = []
      const onEnd = (attended: Attended) => Effect.sync(() => void ends.push(attended))
      const first = yield* Effect.forkChild(keep({ holder: "first", onEnd }))
      const second = yield* Effect.forkChild(inAnotherCopy(keep({ holder: "second", onEnd })))
      yield* until(Effect.map(ended("complete"), (done) => done === practices.length))
      // A copy that starts now finds nothing left to do.
      const third = yield* Effect.forkChild(inAnotherCopy(keep({ holder: "third", onEnd })))
      yield* Effect.sleep("200 millis")
      yield* Effect.forEach([first, second, third], Fiber.interrupt)
      assert.sameMembers(
        ends.map(({ practiceId }) => practiceId),
        practices
      )
      assert.strictEqual(yield* count("select count(*) from athena.sync_runs"), practices.length)
      for (const practice of practices) yield* assertExact(june, practice)
      assert.strictEqual(
        yield* count("select count(*) from athena.scheduled_jobs where covered_until > now() - interval '1 minute'"),
        practices.length
      )
    }).pipe(withStates, Effect.provide(engine()))
  )

  it.live("stopped, lets the windows under way be committed, and another copy goes on behind them", () =>
    Effect.gen(function* () {
      yield* lastDone("1 day")
      const lists = requestsOf("bookedMultipleDepartment")
      const { listener, reached } = yield* windowsDone(3)
      const first = yield* Effect.forkChild(listener(keep({ practices: practices.slice(0, 1) })))
      yield* reached
      yield* Fiber.interrupt(first)
      const finished = yield* count("select count(*) from athena.finished_windows")
      assert.isAtLeast(finished, 4)
      assert.isBelow(finished, 14)
      assert.strictEqual(
        yield* count(
          "select count(*) from athena.scheduled_jobs where last_status = 'stopped' and attempts = 0 and not_before is null"
        ),
        1
      )
      const asked = yield* lists
      const second = yield* Effect.forkChild(inAnotherCopy(keep({ practices: practices.slice(0, 1) })))
      yield* until(Effect.map(ended("complete"), (done) => done === 1))
      yield* Fiber.interrupt(second)
      assert.strictEqual((yield* lists) - asked, 14 - finished)
      yield* assertExact(june)
    }).pipe(withStates, Effect.provide(engine({ simulator: slowly })))
  )

  it.live("leaves a practice that fails alone for a while, does the others, and comes back when it may", () =>
    Effect.gen(function* () {
      yield* lastDone("1 day")
      const simulator = yield* Simulator
      const denied = { kind: "status", status: 403, body: "json" } as const
      yield* simulator.setFaults({ rules: [{ match: { practiceId: "195901" }, fault: denied }] })
      const fiber = yield* Effect.forkChild(keep())
      yield* until(Effect.map(ended("complete"), (done) => done === 1))
      const failed = `select count(*) from athena.scheduled_jobs where practice_id = '195901' and last_status = 'failed'
        and attempts = 1 and not_before between now() + interval '50 seconds' and now() + interval '61 seconds'`
      yield* until(Effect.map(count(failed), (found) => found === 1))
      yield* simulator.setFaults({ rules: [] })
      const sql = yield* SqlClient
      yield* sql`update athena.scheduled_jobs set not_before = clock_timestamp() where practice_id = '195901'`
      // The next look is at the latest when it would have come back by itself.
      yield* Fiber.interrupt(fiber)
      const again = yield* Effect.forkChild(keep())
      yield* until(Effect.map(ended("complete"), (done) => done === 2))
      yield* Fiber.interrupt(again)
      assert.strictEqual(yield* count("select count(*) from athena.sync_runs where practice_id = '195901'"), 2)
    }).pipe(withStates, Effect.provide(engine()))
  )

  it.live(
    "does nothing where another copy has done it between the look and the lease, and says who has the lease",
    () =>
      Effect.gen(function* () {
        yield* lastDone("1 day")
        const [practiceId = PracticeId.make("0")] = practices
        const attending = { practiceId, scheduled: nightly, holder: "the test", newRunId, perform }
        assert.strictEqual(Option.getOrUndefined(yield* attend(attending))?.status, "complete")
        assert.isTrue(Option.isNone(yield* attend(attending)))
        const leases = yield* Leases
        yield* lastDone("1 day")
        const held = yield* leases.withLease(scheduleLease(practiceId), { holder: "another" }, () =>
          Effect.flip(inAnotherCopy(attend(attending)))
        )
        assert.strictEqual(held._tag, "LeaseHeld")
      }).pipe(withStates, Effect.provide(engine()))
  )

  it.live("takes no word from a copy that has lost its lease", () =>
    Effect.gen(function* () {
      yield* lastDone("1 day")
      const [practiceId = PracticeId.make("0")] = practices
      const states = yield* ScheduleStates
      const leases = yield* Leases
      const slot = { practiceId, job: "appointments" } as const
      const lost = yield* leases.withLease(scheduleLease(practiceId), { holder: "another" }, (lease) =>
        Effect.gen(function* () {
          const sql = yield* SqlClient
          yield* sql`update athena_meta.leases set fence = fence + 1 where name = ${lease.name}`
          return yield* Effect.flip(states.end(lease, slot, { _tag: "Done", status: "complete" }))
        })
      )
      assert.strictEqual(lost._tag, "LeaseLost")
      assert.strictEqual(yield* ended("complete"), 0)
    }).pipe(withStates, Effect.provide(engine()))
  )
})

layer(TestServer.layer, { excludeTestServices: true, timeout: 60_000 })("a database that goes away", (it) => {
  it.effect("is waited for, and what fell due meanwhile is done when it is back", () =>
    onServer(
      (server, url) =>
        Effect.gen(function* () {
          yield* lastDone("-1 minute")
          const isTold = yield* Deferred.make<void>()
          const watching = Logger.make(({ message }) => {
            if (String(message).includes("waits for the database")) Deferred.doneUnsafe(isTold, Effect.void)
          })
          const fiber = yield* Effect.forkChild(
            keep({ jobs: [scheduledJob("appointments", "* * * * *")] }).pipe(Effect.provide(Logger.layer([watching])))
          )
          yield* Effect.sleep("200 millis")
          yield* server.stop("immediate")
          yield* Deferred.await(isTold)
          yield* server.start
          yield* lastDone("1 day")
          yield* until(Effect.map(ended("complete"), (done) => done === practices.length))
          yield* Fiber.interrupt(fiber)
          for (const practice of practices) yield* assertExact(june, practice)
          assert.isDefined(url)
        }).pipe(withStates),
      { clockFactor: 10, simulator: {} }
    )
  )
})
