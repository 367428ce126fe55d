/** The promises of every `AuditTrail` layer. */
import { type AuditContext, CurrentAuditContext } from "@athena-engine/athena-core/audit/AuditContext"
import {
  type AccessIntent,
  type AccessOutcome,
  AuditTrail,
  AuditTrailUnavailable
} from "@athena-engine/athena-core/audit/AuditTrail"
import { AppointmentId } from "@athena-engine/athena-core/ids/AppointmentId"
import { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import { everyPractice, PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { RunId } from "@athena-engine/athena-core/ids/RunId"
import { assert, it } from "@effect/vitest"
import { Data, Deferred, Effect, Exit, Fiber, type Layer } from "effect"
import { RecordedEvents } from "../../src/store/AuditTrailMemory.ts"

export const practice = PracticeId.make("195900")

export const context: AuditContext = {
  agent: { identity: "sync@test", host: "test", program: "athena-sync" },
  onBehalfOf: "front-desk",
  purposeOfUse: "TREAT",
  recipient: "Reminders Inc",
  runId: RunId.make("run-1"),
  source: "sync"
}

/** Unlike any text that a layer has a reason to write. */
export const marker = "Zquuxwyvern"

export class Refused extends Data.TaggedError("Refused")<{ readonly detail: string }> {}

export const intentOf = (overrides?: Partial<AccessIntent>): AccessIntent => ({
  practiceId: practice,
  action: "R",
  endpoint: "GET /v1/{practiceid}/patients/{patientid}",
  parameters: { showinsurance: "false" },
  patientIds: [PatientId.make("7")],
  appointmentIds: [],
  ...overrides
})

export const outcomeOf =
  (overrides?: Partial<AccessOutcome>) =>
  (exit: Exit.Exit<unknown, unknown>): AccessOutcome => ({
    outcome: Exit.isSuccess(exit) ? "success" : "serious-failure",
    errorTag: Exit.isSuccess(exit) ? undefined : "Refused",
    patientIds: [],
    appointmentIds: [],
    records: Exit.isSuccess(exit) ? 1 : 0,
    attempts: 2,
    requestId: "req-1",
    ...overrides
  })

export const access = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  intent?: Partial<AccessIntent>,
  outcome?: Partial<AccessOutcome>
) =>
  Effect.flatMap(AuditTrail, (trail) => trail.access(intentOf(intent), effect, outcomeOf(outcome))).pipe(
    Effect.provideService(CurrentAuditContext, context)
  )

const last = Effect.gen(function* () {
  const event = (yield* (yield* RecordedEvents).all).at(-1)
  if (event === undefined) return assert.fail("nothing was recorded")
  return event
})

export const suite = <E>(name: string, layer: Layer.Layer<AuditTrail | RecordedEvents, E>) =>
  it.layer(layer)(`AuditTrail (${name})`, (it) => {
    it.effect("records who asked for what, how it ended and whose data came back", () =>
      Effect.gen(function* () {
        const patient = yield* access(Effect.succeed("a patient"), undefined, {
          patientIds: [PatientId.make("9"), PatientId.make("7"), PatientId.make("9")],
          appointmentIds: [AppointmentId.make("31")]
        })
        assert.strictEqual(patient, "a patient")
        const { eventId, occurredAt, sequence, ...event } = yield* last
        assert.match(eventId, /^[0-9a-f-]{36}$/)
        assert.instanceOf(occurredAt, Date)
        assert.isAbove(sequence, 0)
        assert.deepStrictEqual(event, {
          agent: "sync@test",
          onBehalfOf: "front-desk",
          purposeOfUse: "TREAT",
          recipient: "Reminders Inc",
          action: "R",
          practiceId: "195900",
          patientIds: ["7", "9"],
          appointmentIds: ["31"],
          endpoint: "GET /v1/{practiceid}/patients/{patientid}",
          outcome: "success",
          attempts: 2,
          requestId: "req-1",
          runId: "run-1",
          source: "sync"
        })
      })
    )

    it.effect("has the intent before the effect runs, as a call whose outcome is unknown", () =>
      Effect.gen(function* () {
        const during = yield* access(last)
        assert.strictEqual(during.outcome, "unknown")
        assert.deepStrictEqual(during.patientIds, ["7"])
        assert.isNull(during.attempts)
      })
    )

    it.effect("records a failure by its tag and passes it on", () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(access(Effect.fail(new Refused({ detail: marker }))))
        assert.instanceOf(error, Refused)
        const event = yield* last
        assert.strictEqual(event.outcome, "serious-failure")
        assert.deepStrictEqual(event.patientIds, ["7"])
      })
    )

    it.effect("records a defect as a major failure and passes it on", () =>
      Effect.gen(function* () {
        const exit = yield* Effect.exit(access(Effect.die(new Error(marker))))
        assert.isTrue(Exit.hasDies(exit))
        assert.strictEqual((yield* last).outcome, "major-failure")
      })
    )

    it.effect("records an interruption as an outcome", () =>
      Effect.gen(function* () {
        const started = yield* Deferred.make<void>()
        const fiber = yield* Effect.forkChild(
          access(Effect.andThen(Deferred.succeed(started, undefined), Effect.never))
        )
        yield* Deferred.await(started)
        yield* Fiber.interrupt(fiber)
        const event = yield* last
        assert.strictEqual(event.outcome, "minor-failure")
        assert.strictEqual(event.attempts, 2)
      })
    )

    it.effect("does not run the effect of a call interrupted before it began, and leaves no call open", () =>
      Effect.gen(function* () {
        let ran = false
        const fiber = yield* access(
          Effect.sync(() => {
            ran = true
          })
        ).pipe(Effect.forkChild({ startImmediately: true }))
        yield* Fiber.interrupt(fiber)
        const event = yield* last
        assert.isFalse(ran && event.outcome === "minor-failure")
        assert.notStrictEqual(event.outcome, "unknown")
      })
    )

    it.effect("hands nothing over when the ids of an answer cannot be read", () =>
      Effect.gen(function* () {
        const trail = yield* AuditTrail
        const exit = yield* Effect.exit(
          trail.access(intentOf(), Effect.succeed("data"), () => {
            throw new Error(marker)
          })
        )
        assert.isTrue(Exit.hasDies(exit))
        assert.strictEqual((yield* last).outcome, "major-failure")
      })
    )

    it.effect("counts per practice from one, without a gap, and keeps what belongs to no practice apart", () =>
      Effect.gen(function* () {
        const two = PracticeId.make("195903")
        yield* access(Effect.void, { practiceId: two })
        yield* access(Effect.void, { practiceId: everyPractice })
        yield* access(Effect.void, { practiceId: two })
        const all = yield* (yield* RecordedEvents).all
        assert.deepStrictEqual(
          all.filter((event) => event.practiceId === two).map((event) => event.sequence),
          [1, 3]
        )
        assert.deepStrictEqual(
          all.filter((event) => event.practiceId === null).map((event) => event.sequence),
          [1]
        )
      })
    )

    it.effect("does not run the effect when the intent cannot be committed", () =>
      Effect.gen(function* () {
        const recorded = yield* RecordedEvents
        yield* recorded.lockAway(true)
        let ran = false
        const error = yield* Effect.flip(
          access(
            Effect.sync(() => {
              ran = true
            })
          )
        ).pipe(Effect.ensuring(recorded.lockAway(false)))
        assert.instanceOf(error, AuditTrailUnavailable)
        assert.strictEqual(error.step, "intent")
        assert.isFalse(ran)
      })
    )

    it.effect("hands nothing over when the outcome cannot be committed", () =>
      Effect.gen(function* () {
        const recorded = yield* RecordedEvents
        const exit = yield* Effect.exit(access(Effect.as(recorded.lockAway(true), "data"))).pipe(
          Effect.ensuring(recorded.lockAway(false))
        )
        assert.isTrue(Exit.isFailure(exit))
        const error = yield* Effect.flip(exit)
        assert.instanceOf(error, AuditTrailUnavailable)
        assert.strictEqual(error.step, "outcome")
        assert.strictEqual((yield* last).outcome, "unknown")
      })
    )

    it.effect("writes no word of an error and no query, and only short words for tags and request ids", () =>
      Effect.gen(function* () {
        const spoken = `${marker} said so`
        yield* Effect.exit(
          access(
            Effect.fail(new Refused({ detail: spoken })),
            { endpoint: `GET /v1/{practiceid}/patients?lastname=${marker}` },
            { errorTag: spoken, requestId: spoken }
          )
        )
        const event = yield* last
        assert.notInclude(JSON.stringify(event), marker)
        assert.strictEqual(event.endpoint, "GET /v1/{practiceid}/patients")
        assert.isNull(event.requestId)
        // A single word is no request id either.
        yield* access(Effect.void, undefined, { requestId: marker })
        assert.isNull((yield* last).requestId)
      })
    )

    it.effect("takes ids that no database could store without harming its neighbours", () =>
      Effect.gen(function* () {
        yield* access(Effect.void, undefined, { patientIds: ["1\u00002" as PatientId, "\uD800" as PatientId] })
        assert.deepStrictEqual((yield* last).patientIds, ["1\uFFFD2", "7", "\uFFFD"])
      })
    )
  })
