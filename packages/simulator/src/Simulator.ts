/**
 * athenahealth in a box: one simulated host with its practices, patients, tokens, limits and faults.
 *
 * `handle` answers requests; `SimulatorServer` puts it on a loopback socket, `SimulatorHttpClient` behind
 * Effect's `HttpClient` without one. Time is Effect's clock, so a test clock moves token expiry, limits and
 * latency; `advance` and `setClock` move it further. Each request and each change of the world is one uninterrupted step.
 */
import { Clock, Context, Duration, Effect, Layer, Schema } from "effect"
import { ClockRunsForward, type ClockSetting, type ClockState } from "./clock/ClockState.ts"
import { MovableTime } from "./clock/MovableTime.ts"
import { makeCourier } from "./events/Courier.ts"
import { type FiredEvent, type FiredResult, occurrenceOf } from "./events/FiredEvent.ts"
import type { NotificationReport } from "./events/Notification.ts"
import type { NotificationPlan } from "./events/NotificationPlan.ts"
import type { FaultPlan } from "./faults/FaultPlan.ts"
import { Gateway } from "./gateway/Gateway.ts"
import type { SimulatedRequest } from "./http/SimulatedRequest.ts"
import type { SimulatedResponse } from "./http/SimulatedResponse.ts"
import type { Limits } from "./limits/Limits.ts"
import { applyMutation } from "./mutations/applyMutation.ts"
import { type Mutation, MutationRefused, type MutationResult } from "./mutations/Mutation.ts"
import { type SimulatorOptions, settingsOf } from "./SimulatorOptions.ts"
import { type Snapshot, snapshotOf } from "./snapshot/Snapshot.ts"
import type { Statistics } from "./statistics/Statistics.ts"

/** The simulated world has no practice with this id. */
export class UnknownPractice extends Schema.TaggedError<UnknownPractice>()("UnknownPractice", {
  practiceId: Schema.String
}) {
  override get message() {
    return `The simulated world has no practice ${this.practiceId}; it has 195900 and those that follow, four unless told otherwise.`
  }
}

/** The app has no subscription with this id. */
export class UnknownSubscription extends Schema.TaggedError<UnknownSubscription>()("UnknownSubscription", {
  subscriptionId: Schema.String
}) {
  override get message() {
    return `There is no subscription ${this.subscriptionId}. GET /fhir/r4/Subscription lists those that there are.`
  }
}

export class Simulator extends Context.Service<
  Simulator,
  {
    /** Answers a request to the vendor's host, after the wait of any latency fault. */
    readonly handle: (request: SimulatedRequest) => Effect.Effect<SimulatedResponse>
    /** Makes something happen in a practice, stamped with the present time. */
    readonly mutate: (mutation: Mutation) => Effect.Effect<MutationResult, MutationRefused>
    /** The truth about a practice, to compare a database with. */
    readonly snapshot: (practiceId: string) => Effect.Effect<Snapshot, UnknownPractice>
    /** Replaces the fault plan; its counting starts anew. `noFaults` ends all faults. */
    readonly setFaults: (plan: FaultPlan) => Effect.Effect<void>
    readonly faults: Effect.Effect<FaultPlan>
    /** Replaces the limits; what was counted stays counted. */
    readonly setLimits: (limits: Limits) => Effect.Effect<void>
    readonly limits: Effect.Effect<Limits>
    /** Fires events of a topic, for those too that nothing in the world brings about. */
    readonly fireEvent: (event: FiredEvent) => Effect.Effect<FiredResult, UnknownPractice>
    /** Sends a notification without events, of a type that the standard names and the vendor does not. */
    readonly signal: (
      subscriptionId: string,
      type: "handshake" | "heartbeat"
    ) => Effect.Effect<void, UnknownSubscription>
    /** The notifications of all subscriptions and what became of them, oldest first. */
    readonly notifications: Effect.Effect<ReadonlyArray<NotificationReport>>
    /** Sends dead notifications again: these, or all of the last seven days. Answers how many. */
    readonly redeliver: (ids?: ReadonlyArray<string>) => Effect.Effect<number>
    /** Replaces how notifications are sent; its rules count anew. `{}` ends all that goes wrong. */
    readonly setNotificationPlan: (plan: NotificationPlan) => Effect.Effect<void>
    readonly notificationPlan: Effect.Effect<NotificationPlan>
    readonly clock: Effect.Effect<ClockState>
    /**
     * Moves the clock forward, to the end of the year 9999 at most, and answers when every notification that was due until
     * then has been tried.
     */
    readonly advance: (duration: Duration.Input) => Effect.Effect<ClockState>
    /** Moves the clock to an instant, as `advance` does, and stops it or lets it run. */
    readonly setClock: (setting: ClockSetting) => Effect.Effect<ClockState, ClockRunsForward>
    /** What was seen since the start or the last reset. */
    readonly statistics: Effect.Effect<Statistics>
    readonly resetStatistics: Effect.Effect<void>
    /** The credentials that the token endpoint accepts. */
    readonly credentials: { readonly clientId: string; readonly clientSecret: string }
    /** Practices that the credentials may see. */
    readonly practiceIds: ReadonlyArray<string>
  }
>()("simulator/Simulator") {
  static readonly layer = (options: SimulatorOptions = {}): Layer.Layer<Simulator> =>
    Layer.effect(Simulator, make(options))
}

const make = Effect.fnUntraced(function* (options: SimulatorOptions) {
  const settings = settingsOf(options)
  const startedAt = yield* Clock.currentTimeMillis
  const time = new MovableTime(settings.startsAt === undefined ? startedAt : Date.parse(settings.startsAt), startedAt)
  if (settings.isClockStopped) time.stop(startedAt)
  const now = Effect.map(Clock.currentTimeMillis, (clockMillis) => time.at(clockMillis))

  const gateway = new Gateway(settings, time.at(startedAt))
  const { faults, gate, outbox, recorder, world } = gateway
  const courier = yield* makeCourier(outbox, time)
  const wakeIfDue = Effect.suspend(() => (outbox.nextDueAt === undefined ? Effect.void : courier.wake))

  const handle = (request: SimulatedRequest) =>
    Effect.flatMap(now, (millis) => {
      const practiceId = /^\/v1\/(\d+)\//.exec(request.path)?.[1]
      recorder.arrived(practiceId, millis)
      const { latencyMilliseconds, response } = gateway.answer(request, millis)
      const wait = latencyMilliseconds === 0 ? Effect.void : Effect.sleep(Duration.millis(latencyMilliseconds))
      return wakeIfDue.pipe(
        Effect.andThen(wait),
        Effect.as(response),
        Effect.ensuring(Effect.sync(() => recorder.left(practiceId)))
      )
    })

  const mutate = Effect.fnUntraced(function* (mutation: Mutation) {
    const millis = yield* now
    const result = applyMutation(world, mutation, world.timeOf(millis))
    gateway.tell(millis)
    yield* wakeIfDue
    return result instanceof MutationRefused ? yield* result : result
  })

  const practiceOf = (practiceId: string) => {
    const practice = world.practices.get(practiceId)
    return practice === undefined ? Effect.fail(new UnknownPractice({ practiceId })) : Effect.succeed(practice)
  }

  let fired = 0
  const fireEvent = Effect.fnUntraced(function* (event: FiredEvent) {
    const practice = yield* practiceOf(event.practiceId)
    const millis = yield* now
    const taken = Array.from({ length: event.times ?? 1 }, () =>
      outbox.take(occurrenceOf(event, practice, fired++, world.timeOf(millis)), millis)
    )
    yield* wakeIfDue
    return { eventIds: taken.map(({ event: { id } }) => id), subscriptions: taken[0]?.subscriptions ?? 0 }
  })

  const signal = Effect.fnUntraced(function* (subscriptionId: string, type: "handshake" | "heartbeat") {
    const subscription = gateway.subscriptions.get(subscriptionId)
    if (subscription === undefined) return yield* new UnknownSubscription({ subscriptionId })
    outbox.signal(subscription, type, yield* now)
    yield* wakeIfDue
  })

  const clock = Effect.map(
    now,
    (millis): ClockState => ({ now: new Date(millis).toISOString(), isStopped: time.isStopped })
  )

  const advance = (duration: Duration.Input) =>
    Effect.andThen(courier.advance(Duration.toMillis(Duration.fromInputUnsafe(duration))), clock)

  const setClock = Effect.fnUntraced(function* (setting: ClockSetting) {
    const millis = yield* now
    const target = setting.now === undefined ? millis : Date.parse(setting.now)
    if (target < millis && setting.now !== undefined) {
      return yield* new ClockRunsForward({ now: new Date(millis).toISOString(), asked: setting.now })
    }
    const clockMillis = yield* Clock.currentTimeMillis
    if (setting.isStopped === true) time.stop(clockMillis)
    if (setting.isStopped === false) time.run(clockMillis)
    yield* courier.advance(target - millis)
    return yield* clock
  })

  return Simulator.of({
    handle,
    mutate,
    snapshot: (practiceId) => Effect.map(practiceOf(practiceId), snapshotOf),
    setFaults: (plan) => Effect.sync(() => faults.replace(plan)),
    faults: Effect.sync(() => faults.plan),
    setLimits: (limits) => Effect.sync(() => gate.replace(limits)),
    limits: Effect.sync(() => gate.limits),
    fireEvent,
    signal,
    notifications: Effect.sync(() => outbox.report()),
    redeliver: (ids) => Effect.flatMap(now, (millis) => Effect.as(courier.wake, outbox.redeliver(ids, millis))),
    setNotificationPlan: (plan) => Effect.sync(() => outbox.replacePlan(plan)),
    notificationPlan: Effect.sync(() => outbox.plan),
    clock,
    advance,
    setClock,
    statistics: Effect.sync(() => recorder.tell()),
    resetStatistics: Effect.sync(() => recorder.reset()),
    credentials: { clientId: settings.clientId, clientSecret: settings.clientSecret },
    practiceIds: [...world.practices.keys()].filter((id) => !settings.unauthorisedPractices.includes(id))
  })
})
