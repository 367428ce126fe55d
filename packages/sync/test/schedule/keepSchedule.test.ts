import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Deferred, Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import type { RunFailure } from "../../src/runs/SyncResult.ts"
import type { Attended, Perform } from "../../src/schedule/attend.ts"
import { type KeepOptions, keepSchedule } from "../../src/schedule/keepSchedule.ts"
import type { ScheduleState } from "../../src/schedule/ScheduleState.ts"
import { type Holding, leasesInMemory, newRunId, result, scheduledJob, statesInMemory } from "../support/schedule.ts"

const practices = ["195900", "195901", "195902"].map((id) => PracticeId.make(id))
const failure: RunFailure = { tag: "ServerUnavailable", message: "the server failed" }

/** What copies share. */
interface Shared {
  readonly states: Map<string, ScheduleState>
  readonly leases: Map<string, Holding>
}
const newShared = (): Shared => ({ states: new Map(), leases: new Map() })

interface Kept {
  readonly done: Array<string>
  readonly ends: ReadonlyArray<Attended>
  readonly fiber: Fiber.Fiber<never>
}

/** A schedule under the test's clock; answers what it does, as `practice step clock`. */
const kept = Effect.fnUntraced(function* (
  options: Partial<KeepOptions<never>>,
  { shared = newShared(), from = "2026-03-07T12:00:00Z" }: { readonly shared?: Shared; readonly from?: string } = {}
): Effect.fn.Return<Kept> {
  yield* TestClock.setTime(Date.parse(from))
  const done: Array<string> = []
  const ends: Array<Attended> = []
  const clock = Effect.map(DateTime.now, (now) => DateTime.formatIso(now).slice(5, 16))
  const perform: Perform<never> = (step, performance) =>
    Effect.gen(function* () {
      done.push(`${performance.practiceId} ${step} ${yield* clock}`)
      return yield* options.perform?.(step, performance) ?? Effect.succeed([result(performance.practiceId)])
    })
  const schedule = keepSchedule<never>({
    jobs: [scheduledJob("appointments", "0 2 * * *")],
    practices,
    holder: "the test",
    newRunId,
    practicesAtOnce: 16,
    grace: "10 seconds",
    onEnd: (attended) => Effect.sync(() => void ends.push(attended)),
    ...options,
    perform
  })
  const world = Layer.merge(statesInMemory(shared.states), leasesInMemory(shared.leases))
  const fiber = yield* Effect.forkChild(Effect.provide(schedule, world))
  return { done, ends, fiber }
})

const hours = (count: number) =>
  Effect.forEach(Array.from({ length: count * 4 }), () => TestClock.adjust("15 minutes"), { discard: true })
const minutes = (count: number) =>
  Effect.forEach(Array.from({ length: count }), () => TestClock.adjust("1 minute"), { discard: true })

describe("the schedule", () => {
  it.effect("does every practice once a night, on the night of the change as well", () =>
    Effect.gen(function* () {
      const { done, ends } = yield* kept({})
      yield* hours(1)
      assert.deepStrictEqual(done, [])
      yield* hours(47)
      assert.sameMembers(
        done,
        practices.flatMap((id) => [`${id} appointments 03-08T07:00`, `${id} appointments 03-09T06:00`])
      )
      assert.isTrue(ends.every(({ status }) => status === "complete"))
    })
  )

  it.effect("catches up once on nights that were missed, and a copy that starts later does not do it again", () =>
    Effect.gen(function* () {
      const shared = newShared()
      const first = yield* kept({}, { shared })
      yield* hours(1)
      yield* Fiber.interrupt(first.fiber)
      const second = yield* kept({}, { shared, from: "2026-03-11T12:00:00Z" })
      yield* minutes(10)
      assert.strictEqual(second.done.length, 3)
      const third = yield* kept({ holder: "another" }, { shared, from: "2026-03-11T12:30:00Z" })
      yield* hours(12)
      assert.deepStrictEqual([...second.done, ...third.done].length, 3)
    })
  )

  it.effect("shares the practices among copies, each done by one of them", () =>
    Effect.gen(function* () {
      const shared = newShared()
      const many = Array.from({ length: 20 }, (_, n) => PracticeId.make(String(1000 + n)))
      const slow: Partial<KeepOptions<never>> = {
        practices: many,
        perform: (_, { practiceId }) => Effect.as(Effect.sleep("20 minutes"), [result(practiceId)])
      }
      const one = yield* kept({ ...slow, holder: "one" }, { shared, from: "2026-03-08T06:30:00Z" })
      const other = yield* kept({ ...slow, holder: "other" }, { shared, from: "2026-03-08T06:30:00Z" })
      yield* hours(3)
      const all = [...one.done, ...other.done].map((line) => line.split(" ")[0])
      assert.sameMembers(all, many)
      assert.isAtLeast(one.done.length, 5)
      assert.isAtLeast(other.done.length, 5)
    })
  )

  it.effect("tries what failed again, later and later, and none of the steps that are done; the others go on", () =>
    Effect.gen(function* () {
      let failures = 3
      const { done, ends } = yield* kept({
        jobs: [scheduledJob("all", "0 2 * * *")],
        perform: (step, { practiceId }) =>
          Effect.sync(() => {
            const isFailing = practiceId === "195901" && step === "appointments" && failures > 0
            if (isFailing) failures -= 1
            return [result(practiceId, isFailing ? failure : undefined)]
          })
      })
      yield* hours(18)
      yield* minutes(120)
      const steps = ["reference", "appointments", "changed_appointments", "changed_patients", "patients"]
      assert.deepStrictEqual(
        done.filter((line) => line.startsWith("195901")),
        [
          ...steps.map((step) => `195901 ${step} 03-08T07:00`),
          "195901 appointments 03-08T07:01",
          "195901 appointments 03-08T07:03",
          "195901 appointments 03-08T07:07"
        ]
      )
      assert.strictEqual(done.length, 3 * steps.length + 3)
      assert.deepStrictEqual(
        ends.filter(({ practiceId }) => practiceId === "195901").map(({ attempt, status }) => `${attempt} ${status}`),
        ["1 partial", "2 failed", "3 failed", "4 complete"]
      )
    })
  )

  it.effect("comes back to a practice that was told to wait at that time, and asks nothing more before", () =>
    Effect.gen(function* () {
      let isFirst = true
      const { done, ends } = yield* kept({
        jobs: [scheduledJob("all", "0 2 * * *")],
        practices: practices.slice(0, 1),
        perform: (step, { practiceId }) =>
          Effect.sync(() => {
            const mustWait = step === "appointments" && isFirst
            if (mustWait) isFirst = false
            return [
              result(
                practiceId,
                mustWait ? { ...failure, tag: "Throttled", retryAt: "2026-03-08T11:20:00Z" } : undefined
              )
            ]
          })
      })
      yield* hours(24)
      assert.deepStrictEqual(
        done.map((line) => line.replace("195900 ", "")),
        [
          "reference 03-08T07:00",
          "appointments 03-08T07:00",
          "appointments 03-08T11:20",
          "changed_appointments 03-08T11:20",
          "changed_patients 03-08T11:20",
          "patients 03-08T11:20"
        ]
      )
      assert.deepStrictEqual(
        ends.map(({ status }) => status),
        ["waiting", "complete"]
      )
    })
  )

  it.effect("does one job of a practice at a time, and what fell due meanwhile once, after it", () =>
    Effect.gen(function* () {
      let most = 0
      let now = 0
      const { done } = yield* kept({
        practices: practices.slice(0, 1),
        jobs: [scheduledJob("appointments", "0 2 * * *"), scheduledJob("changes", "*/15 * * * *")],
        perform: (step, { practiceId }) =>
          Effect.gen(function* () {
            now += 1
            most = Math.max(most, now)
            if (step === "appointments") yield* Effect.sleep("55 minutes")
            now -= 1
            return [result(practiceId)]
          })
      })
      yield* hours(17)
      yield* minutes(240)
      assert.strictEqual(most, 1)
      const night = done.map((line) => line.replace("195900 ", "")).filter((line) => / 03-08T0[78]/.test(line))
      const changed = night.filter((line) => line.startsWith("changed_appointments"))
      assert.strictEqual(night.filter((line) => line.startsWith("appointments")).length, 1)
      // Eight quarters of an hour, of which three or four fell into the long run.
      assert.isAtLeast(changed.length, 4)
      assert.isAtMost(changed.length, 6)
    })
  )

  it.effect(
    "stopped, takes nothing more and lets go within the grace; what is left is gone on with, and counts as no failure",
    () =>
      Effect.gen(function* () {
        const shared = newShared()
        const begun = yield* Deferred.make<void>()
        const { fiber } = yield* kept(
          {
            practices: practices.slice(0, 1),
            perform: () => Effect.andThen(Deferred.succeed(begun, undefined), Effect.never)
          },
          { shared }
        )
        yield* hours(20)
        yield* Deferred.await(begun)
        const stopping = yield* Effect.forkChild(Fiber.interrupt(fiber))
        yield* TestClock.adjust("9 seconds")
        assert.isUndefined(fiber.pollUnsafe())
        yield* TestClock.adjust("2 seconds")
        yield* Fiber.join(stopping)
        assert.deepInclude([...shared.states.values()][0]?.open, {
          attempts: 0,
          pending: ["appointments"],
          notBefore: undefined
        })
      })
  )
})
