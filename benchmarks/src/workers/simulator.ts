/** Athenahealth in a box; its argument are the options, its first line is its origin. */
import { Simulator } from "@athena-engine/simulator/Simulator"
import type { SimulatorOptions } from "@athena-engine/simulator/SimulatorOptions"
import { SimulatorServer } from "@athena-engine/simulator/server/SimulatorServer"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Effect, Layer } from "effect"

const options: SimulatorOptions = JSON.parse(process.argv[2] ?? "{}")

Layer.effectDiscard(
  Effect.flatMap(SimulatorServer, ({ origin }) => Effect.sync(() => process.stdout.write(`${origin}\n`)))
).pipe(
  Layer.provide(SimulatorServer.layer()),
  Layer.provide(Simulator.layer(options)),
  Layer.launch,
  NodeRuntime.runMain
)
