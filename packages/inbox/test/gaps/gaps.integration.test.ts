/** Downtime, silence and catching up on a real database, with athenahealth simulated in memory. */

import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { RunId } from "@athena-engine/athena-core/ids/RunId"
import type { Mutation } from "@athena-engine/simulator/mutations/Mutation"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { FeedSteps } from "@athena-engine/sync/feeds/FeedSteps"
import { syncChanges } from "@athena-engine/sync/feeds/SyncChanges"
import { assert, layer } from "@effect/vitest"
import { Effect, Exit, Fiber } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { bookOnDemand } from "../../src/gaps/bookCatchUps.ts"
import { catchUp, startCatchUps } from "../../src/gaps/catchUp.ts"
import { noteSubscriptions } from "../../src/gaps/noteSubscriptions.ts"
import { beat, startPresence } from "../../src/gaps/presence.ts"
import { watchSilence } from "../../src/gaps/watchSilence.ts"
import { readCatchUps, readDowntimes, readGaps, readReceivers, readSilences } from "../../src/status/readGaps.ts"
import { engine, withWorker } from "../support/engine.ts"
import { accept, drained, event, practiceId, until } from "../support/events.ts"

type Without<M> = M extends unknown ? Omit<M, "practiceId"> : never

const happens = (mutation: Without<Mutation>) =>
  Simulator.use((simulator) => simulator.mutate({ ...mutation, practiceId } as Mutation))

let runs = 0
const newRunId = Effect.sync(() => RunId.make(`catch-up-${process.pid}-${++runs}`))
const by = { holder: "the test", newRunId }

const one = { copy: "one", holder: "copy one" }
const two = { copy: "two", holder: "copy two" }

const run = (statement: string) => Effect.flatMap(SqlClient, (sql) => sql.unsafe(statement))

/** As if the last sign of life were as old as that. */
const lastSeen = (ago: string) => run(`update webhook.presence set seen_at = now() - interval '${ago}'`)

/** Nothing is known of gaps, and of events. */
const afresh = Effect.gen(function* () {
  yield* run("update webhook.presence set seen_at = null, learned_until = null")
  yield* run(
    "truncate webhook.receivers, webhook.downtimes, webhook.topics, webhook.topic_hours, webhook.silences, webhook.catch_ups, webhook.catch_up_steps, webhook.events, webhook.resources"
  )
})

/** An event of the practice, in the past. */
const cameOnce = (topic: string, ago: string) =>
  run(`insert into webhook.events (event_id, practice_id, topic, resource, resource_id, status, received_at, processed_at)
    values (gen_random_uuid()::text, '${practiceId}', '${topic}', split_part('${topic}', '.', 1), '1', 'done', now() - interval '${ago}', now() - interval '${ago}')`)

/** The topic comes every hour for `weeks` weeks, until some hours ago. */
const cameHourly = (topic: string, weeks: number, hoursAgo: number) =>
  run(`insert into webhook.events (event_id, practice_id, topic, resource, resource_id, status, received_at, processed_at)
    select gen_random_uuid()::text, '${practiceId}', '${topic}', split_part('${topic}', '.', 1), '1', 'done', at, at
    from generate_series(now() - interval '${weeks} weeks', now() - interval '${hoursAgo} hours', interval '1 hour') as at`)

const subscribed = Effect.gen(function* () {
  const read = Effect.flatMap(newRunId, (runId) =>
    syncChanges({ runId, practiceId, feed: "appointments", holder: "the test" })
  )
  yield* read
  yield* Simulator.use((simulator) => simulator.advance("3 seconds"))
  assert.deepInclude(yield* read, { status: "complete", subscription: "active" })
})

const someBooked = Simulator.use((simulator) => simulator.snapshot(practiceId)).pipe(
  Effect.map(({ appointments }) =>
    appointments.filter(({ status }) => status === "f").map(({ appointmentId }) => appointmentId)
  )
)

const statusOf = Effect.fnUntraced(function* (id: string) {
  const sql = yield* SqlClient
  const [row] = yield* sql<{ readonly status: string }>`
    select status from athena.appointments where practice_id = ${practiceId} and appointment_id = ${id}`
  return row?.status
})

layer(engine, { excludeTestServices: true })("downtime", (it) => {
  it.effect("is from the last sign of life of any copy to the next one of any", () =>
    Effect.gen(function* () {
      yield* afresh
      assert.isUndefined(yield* beat(one), "the first start ends no downtime")
      yield* lastSeen("20 seconds")
      assert.isUndefined(yield* beat(two))
      yield* lastSeen("90 seconds")
      // Both come back at the same time: one finds it.
      const found = yield* Effect.all([beat(one), beat(two)], { concurrency: 2 })
      assert.strictEqual(found.filter((downtime) => downtime !== undefined).length, 1)
      const downtimes = yield* readDowntimes
      assert.strictEqual(downtimes.length, 1)
      assert.approximately(downtimes[0]?.seconds ?? 0, 90, 2)
    })
  )

  it.effect("of a drain that is followed by a start within the hour's retries needs no catch-up", () =>
    Effect.gen(function* () {
      yield* afresh
      yield* cameOnce("Appointment.update", "3 hours")
      yield* Effect.scoped(startPresence(one))
      assert.deepInclude((yield* readReceivers)[0], { holder: "copy one", isReceiving: false })
      assert.isNotNull((yield* readReceivers)[0]?.endedAt)
      yield* lastSeen("40 minutes")
      yield* Effect.scoped(startPresence(two))
      assert.strictEqual((yield* readDowntimes).length, 1)
      assert.deepStrictEqual(yield* readCatchUps(), [])
      assert.isFalse((yield* readGaps()).isOpen)
    })
  )

  it.effect("that is longer is caught up with once, for the practices of which events came or should come", () =>
    Effect.gen(function* () {
      yield* afresh
      yield* cameOnce("Appointment.update", "3 hours")
      yield* cameOnce("LabResult.create", "3 hours")
      const expected = PracticeId.make("195901")
      yield* noteSubscriptions([expected], [{ practiceId: expected, topic: "Patient.update", status: "active" }])
      yield* beat(one)
      yield* lastSeen("2 hours")
      yield* Effect.all([beat(one), beat(two)], { concurrency: 2 })
      yield* lastSeen("50 minutes")
      yield* beat(one)
      const booked = yield* readCatchUps()
      assert.deepStrictEqual(booked.map(({ practiceId, reason }) => [practiceId, reason]).toSorted(), [
        ["195900", "downtime"],
        ["195901", "downtime"]
      ])
      const [span] = booked
      const hours = (Date.parse(span?.to ?? "") - Date.parse(span?.from ?? "")) / 3_600_000
      assert.approximately(hours, 2, 0.1, "one that has not begun takes up what is found meanwhile")
      assert.isTrue((yield* readGaps()).isOpen)
    })
  )
})

layer(engine, { excludeTestServices: true })("a catch-up", (it) => {
  it.effect(
    "reads the feed that is subscribed, tells what it repaired and what it cannot know, while events go on",
    () =>
      Effect.gen(function* () {
        yield* afresh
        const ids = yield* someBooked
        const [known = "", missed = "", told = ""] = ids
        yield* withWorker(
          Effect.gen(function* () {
            yield* accept(event("Appointment.update", known), event("Appointment.update", missed))
            yield* drained
            yield* subscribed
            yield* cameOnce("LabResult.create", "3 hours")
            yield* beat(one)
            // Nobody is told of it.
            yield* happens({ kind: "cancel", appointmentId: missed })
            yield* lastSeen("2 hours")
            yield* beat(one)
            yield* Effect.scoped(
              Effect.gen(function* () {
                yield* startCatchUps(by)
                yield* startCatchUps(by)
                yield* accept(event("Appointment.update", told))
                yield* drained
                yield* until(Effect.map(readGaps(), ({ isOpen }) => !isOpen))
              })
            )
          })
        )
        assert.strictEqual(yield* statusOf(missed), "x")
        assert.strictEqual(yield* statusOf(told), "f")
        const [report, ...others] = yield* readCatchUps([practiceId])
        assert.deepStrictEqual(others, [])
        assert.deepInclude(report, {
          practiceId,
          reason: "downtime",
          through: ["changed_appointments"],
          inserted: 0,
          updated: 1,
          gone: 0,
          errorTag: null
        })
        assert.deepStrictEqual(report?.unknown, [{ topic: "LabResult.create", since: report?.from ?? "" }])
        assert.isNotNull(report?.finishedAt)
      })
  )

  it.effect("is gone on with after a kill, and counts each row once", () =>
    Effect.gen(function* () {
      const [, , , again = ""] = yield* someBooked
      yield* run(`delete from webhook.catch_ups`)
      yield* withWorker(Effect.andThen(accept(event("Appointment.update", again)), drained))
      yield* happens({ kind: "cancel", appointmentId: again })
      yield* bookOnDemand([practiceId])
      // Killed when the changes were stored, before anything said so.
      const killed = yield* Effect.forkChild(
        Effect.provideService(catchUp(practiceId, by), FeedSteps, (step, side) =>
          step === "store changes" && side === "after" ? Effect.interrupt : Effect.void
        )
      )
      assert.isTrue(Exit.isFailure(yield* Fiber.await(killed)))
      assert.deepInclude((yield* readCatchUps([practiceId]))[0], { finishedAt: null, updated: 1 })
      assert.isTrue((yield* readGaps([practiceId])).isOpen)
      yield* catchUp(practiceId, by)
      const [report] = yield* readCatchUps([practiceId])
      assert.deepInclude(report, { reason: "demand", updated: 1, errorTag: null })
      assert.isNotNull(report?.finishedAt)
      assert.strictEqual(yield* statusOf(again), "x")
      assert.isFalse((yield* readGaps([practiceId])).isOpen)
    })
  )

  it.effect("that fails is put off with its reason, stays open, and is done when its turn comes again", () =>
    Effect.gen(function* () {
      yield* run(`delete from webhook.catch_ups`)
      const simulator = yield* Simulator
      yield* simulator.setFaults({
        rules: [{ match: { route: "changedAppointments" }, fault: { kind: "status", status: 403, body: "json" } }]
      })
      yield* bookOnDemand([practiceId])
      yield* catchUp(practiceId, by)
      const [putOff] = yield* readCatchUps([practiceId])
      assert.isNull(putOff?.finishedAt)
      assert.isNotNull(putOff?.errorTag)
      assert.isNotNull(putOff?.retryAt)
      yield* simulator.setFaults({ rules: [] })
      yield* catchUp(practiceId, by)
      assert.isNull((yield* readCatchUps([practiceId]))[0]?.finishedAt, "before its turn nothing is asked")
      yield* run("update webhook.catch_ups set due_at = now()")
      yield* catchUp(practiceId, by)
      assert.isNotNull((yield* readCatchUps([practiceId]))[0]?.finishedAt)
    })
  )
})

layer(engine, { excludeTestServices: true })("without a feed", (it) => {
  it.effect("the days around today, the patients and the reference data are read anew", () =>
    Effect.gen(function* () {
      yield* cameOnce("Appointment.update", "3 hours")
      yield* cameOnce("Patient.update", "3 hours")
      yield* cameOnce("Provider.update", "3 hours")
      yield* beat(one)
      yield* lastSeen("2 hours")
      yield* beat(one)
      yield* catchUp(practiceId, by)
      const [report] = yield* readCatchUps([practiceId])
      assert.sameMembers([...(report?.through ?? [])], ["appointments", "patients", "reference"])
      assert.isNotNull(report?.finishedAt, report?.errorTag ?? "")
      assert.deepStrictEqual(report?.unknown, [])
      assert.isAbove(report?.inserted ?? 0, 0, "providers and departments")
    })
  )
})

layer(engine, { excludeTestServices: true })("silence", (it) => {
  it.effect("of a topic is found by what is usual for it, caught up with, and ends with its next event", () =>
    Effect.gen(function* () {
      yield* cameHourly("Appointment.update", 5, 6)
      yield* cameHourly("Appointment.cancel", 5, 1)
      yield* cameHourly("LabResult.update", 5, 9)
      const silent = yield* watchSilence
      assert.deepStrictEqual(silent.map(({ topic }) => topic).toSorted(), ["Appointment.update", "LabResult.update"])
      const [first] = yield* readSilences
      assert.deepInclude(first, { practiceId, topic: "Appointment.update", usual: 1, verdict: "open" })
      assert.approximately(first?.factor ?? 0, 6, 0.1)
      assert.strictEqual((yield* readCatchUps()).length, 1)
      yield* watchSilence
      assert.strictEqual((yield* readCatchUps()).length, 1, "one that is open is not booked again")
      yield* catchUp(practiceId, by)
      assert.deepStrictEqual(
        (yield* readSilences).map(({ topic, verdict }) => [topic, verdict]),
        [
          // Nothing had changed.
          ["Appointment.update", "quiet"],
          // Nothing here shows it.
          ["LabResult.update", "unknown"]
        ]
      )
      yield* watchSilence
      assert.strictEqual((yield* readCatchUps()).length, 1, "nor one that was just done")
      yield* run("update webhook.catch_ups set booked_at = now() - interval '7 hours'")
      yield* watchSilence
      assert.strictEqual((yield* readCatchUps()).length, 2, "but again while the silence goes on")
      yield* run("update webhook.catch_ups set booked_at = now()")
      yield* accept(event("Appointment.update", "1"), event("LabResult.update", "2"))
      assert.deepStrictEqual(yield* watchSilence, [])
      assert.deepStrictEqual(yield* readSilences, [])
    })
  )

  it.effect(
    "of what is subscribed no longer is none, nor of what has come too seldom; what never came is judged if subscribed",
    () =>
      Effect.gen(function* () {
        yield* afresh
        yield* cameHourly("Appointment.update", 5, 6)
        yield* cameOnce("Patient.merge", "20 days")
        yield* noteSubscriptions(
          [practiceId],
          [
            { practiceId, topic: "Patient.merge", status: "active" },
            { practiceId, topic: "Order.submit", status: "active" },
            { practiceId, topic: "Claim.create", status: "off" }
          ]
        )
        yield* watchSilence
        yield* noteSubscriptions([practiceId], [{ practiceId, topic: "Order.submit", status: "active" }])
        assert.deepStrictEqual(yield* watchSilence, [])
        yield* run(
          "update webhook.topics set subscribed_since = now() - interval '22 days' where topic = 'Order.submit'"
        )
        assert.deepStrictEqual(
          (yield* watchSilence).map(({ topic }) => topic),
          ["Order.submit"]
        )
      })
  )
})
