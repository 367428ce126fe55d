/**
 * athenahealth in a box: one simulated host with its practices, patients, tokens, limits and faults.
 *
 * `handle` answers requests; `SimulatorServer` puts it on a loopback socket, `SimulatorHttpClient` behind
 * Effect's `HttpClient` without one. Time is Effect's clock, so a test clock moves token expiry, limits and
 * latency. Each request and each change of the world is one uninterrupted step.
 */
import { Clock, Context, Duration, Effect, Layer, Schema } from "effect"
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
    return `The simulated world has no practice ${this.practiceId}; it has 195900 to 195903.`
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
  const gateway = new Gateway(settings, yield* Clock.currentTimeMillis)
  const { faults, gate, recorder, world } = gateway

  const handle = (request: SimulatedRequest) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const practiceId = /^\/v1\/(\d+)\//.exec(request.path)?.[1]
      recorder.arrived(practiceId, now)
      const { latencyMilliseconds, response } = gateway.answer(request, now)
      const wait = latencyMilliseconds === 0 ? Effect.void : Effect.sleep(Duration.millis(latencyMilliseconds))
      return Effect.as(wait, response).pipe(Effect.ensuring(Effect.sync(() => recorder.left(practiceId))))
    })

  const mutate = Effect.fnUntraced(function* (mutation: Mutation) {
    const result = applyMutation(world, mutation, world.timeOf(yield* Clock.currentTimeMillis))
    return result instanceof MutationRefused ? yield* result : result
  })

  const snapshot = Effect.fnUntraced(function* (practiceId: string) {
    const practice = world.practices.get(practiceId)
    return practice === undefined ? yield* new UnknownPractice({ practiceId }) : snapshotOf(practice)
  })

  return Simulator.of({
    handle,
    mutate,
    snapshot,
    setFaults: (plan) => Effect.sync(() => faults.replace(plan)),
    faults: Effect.sync(() => faults.plan),
    setLimits: (limits) => Effect.sync(() => gate.replace(limits)),
    limits: Effect.sync(() => gate.limits),
    statistics: Effect.sync(() => recorder.tell()),
    resetStatistics: Effect.sync(() => recorder.reset()),
    credentials: { clientId: settings.clientId, clientSecret: settings.clientSecret },
    practiceIds: [...world.practices.keys()].filter((id) => !settings.unauthorisedPractices.includes(id))
  })
})
