/** The simulator for tests: one layer in memory, one on a socket. The service comes along, for faults and mutations. */
import { Layer } from "effect"
import type { HttpClient } from "effect/http"
import { SimulatorHttpClient } from "../memory/SimulatorHttpClient.ts"
import { Simulator } from "../Simulator.ts"
import type { SimulatorOptions } from "../SimulatorOptions.ts"
import { SimulatorServer, type SimulatorServerError } from "../server/SimulatorServer.ts"

export const SimulatorTest = {
  /** An `HttpClient` that answers from memory; URLs begin with `SimulatorHttpClient.origin`. */
  layerMemory: (options: SimulatorOptions = {}): Layer.Layer<Simulator | HttpClient.HttpClient> =>
    Layer.provideMerge(SimulatorHttpClient.layer, Simulator.layer(options)),
  /** A server on a free loopback port; its address is `(yield* SimulatorServer).origin`. */
  layerServer: (options: SimulatorOptions = {}): Layer.Layer<Simulator | SimulatorServer, SimulatorServerError> =>
    Layer.provideMerge(SimulatorServer.layer(), Simulator.layer(options))
} as const
