/**
 * An athenahealth that is waited for on a faster clock, while the database keeps its time: the waits of calls, and the
 * practice's own life by the same clock, so that its stamps stay in order. On a busy machine a faster clock for all would
 * take time-outs of the database for outages.
 */
import { Athena } from "@athena-engine/athena-core/http/Athena"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { Clock, Effect, Layer } from "effect"
import * as HurriedClock from "./HurriedClock.ts"

export const make = (factor: number) => {
  const hurry = Effect.provideService(Clock.Clock, HurriedClock.make(factor))
  return {
    athena: Layer.effect(
      Athena,
      Effect.map(Athena, (athena) =>
        Athena.of({ ...athena, exchange: (call, read) => hurry(athena.exchange(call, read)) })
      )
    ),
    simulator: Layer.effect(
      Simulator,
      Effect.map(Simulator, (simulator) =>
        Simulator.of({
          ...simulator,
          handle: (request) => hurry(simulator.handle(request)),
          mutate: (mutation) => hurry(simulator.mutate(mutation))
        })
      )
    )
  }
}
