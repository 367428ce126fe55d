/**
 * What happens in the practice while it is being read: before each of its answers, something may. The practice's requests
 * are counted, so that a test can wait for one.
 */
import { Simulator } from "@athena-engine/simulator/Simulator"
import { Deferred, Effect, Layer } from "effect"

export class Unrest {
  /** Done before each answer of practice 195900. Replaced at will. */
  between: Effect.Effect<void, never, Simulator> = Effect.void
  #requests = 0
  readonly #awaited: Array<{ readonly at: number; readonly reached: Deferred.Deferred<void> }> = []

  /** Succeeds when so many more requests have come in. */
  afterRequests(howMany: number): Effect.Effect<void> {
    return Effect.suspend(() => {
      const reached = Deferred.makeUnsafe<void>()
      this.#awaited.push({ at: this.#requests + howMany, reached })
      return Deferred.await(reached)
    })
  }

  /** The simulator that it is given, with the unrest in it. */
  readonly layer: Layer.Layer<Simulator, never, Simulator> = Layer.effect(
    Simulator,
    Effect.map(Simulator, (simulator) =>
      Simulator.of({
        ...simulator,
        handle: (request) =>
          Effect.andThen(
            request.path.startsWith("/v1/195900/") ? this.#arrived(simulator) : Effect.void,
            simulator.handle(request)
          )
      })
    )
  )

  #arrived(simulator: typeof Simulator.Service): Effect.Effect<void> {
    return Effect.suspend(() => {
      this.#requests += 1
      for (const { at, reached } of this.#awaited) {
        if (at === this.#requests) Deferred.doneUnsafe(reached, Effect.void)
      }
      return Effect.provideService(this.between, Simulator, simulator)
    })
  }
}
