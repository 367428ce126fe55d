#!/usr/bin/env node
/** `pnpm simulator --port 8090`: athenahealth in a box, on the loopback interface, until it is stopped. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Console, Effect, Layer, Option, Schema } from "effect"
import { Command, Flag } from "effect/cli"
import { FaultPlan, noFaults } from "./faults/FaultPlan.ts"
import { Limits, type RefusalStyle, refusalStyles } from "./limits/Limits.ts"
import { Simulator } from "./Simulator.ts"
import type { SimulatorOptions } from "./SimulatorOptions.ts"
import { SimulatorServer } from "./server/SimulatorServer.ts"

const flags = {
  port: Flag.Int("port").pipe(Flag.withDescription("Port on 127.0.0.1; 0 takes a free one"), Flag.withDefault(8090)),
  seed: Flag.Int("seed").pipe(Flag.withDescription("People, appointments and ids follow from it"), Flag.withDefault(1)),
  volume: Flag.Int("volume").pipe(
    Flag.withDescription("Appointments of June 2019 in practice 195900, up to 1000000"),
    Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 }))),
    Flag.withDefault(500)
  ),
  clientId: Flag.String("client-id").pipe(
    Flag.withDescription("Client id that the token endpoint accepts"),
    Flag.withDefault("simulator")
  ),
  clientSecret: Flag.String("client-secret").pipe(
    Flag.withDescription("Client secret that it accepts"),
    Flag.withDefault("simulator-secret")
  ),
  tokenLifetime: Flag.Int("token-lifetime").pipe(
    Flag.withDescription("Life of a token in seconds"),
    Flag.withDefault(3600)
  ),
  requestsPerSecond: Flag.Int("requests-per-second").pipe(
    Flag.withDescription("Limit for each practice; none by default"),
    Flag.optional
  ),
  refusal: Flag.Literals("refusal", refusalStyles).pipe(
    Flag.withDescription("How requests over that limit are refused"),
    Flag.withDefault<RefusalStyle>("retry-after-seconds")
  ),
  limits: Flag.FileSchema("limits", Limits).pipe(
    Flag.withDescription("JSON or YAML file with all limits, instead of the two flags above"),
    Flag.optional
  ),
  faults: Flag.FileSchema("faults", FaultPlan).pipe(
    Flag.withDescription("JSON or YAML file with a fault plan"),
    Flag.optional
  )
}

/** The command, for tests; run it with `Command.runWith`. */
export const simulator = Command.make("simulator", flags, (given) => {
  const perSecond = Option.map(
    given.requestsPerSecond,
    (requests): Limits => ({
      practice: { requests, refusal: given.refusal }
    })
  )
  const options: SimulatorOptions = {
    seed: given.seed,
    volume: given.volume,
    clientId: given.clientId,
    clientSecret: given.clientSecret,
    tokenLifetimeSeconds: given.tokenLifetime,
    limits: Option.getOrElse(given.limits, () => Option.getOrElse(perSecond, (): Limits => ({}))),
    faults: Option.getOrElse(given.faults, () => noFaults)
  }
  const announced = Layer.effectDiscard(
    Effect.gen(function* () {
      const { origin } = yield* SimulatorServer
      const { credentials, practiceIds } = yield* Simulator
      yield* Console.log(`athenahealth in a box listens on ${origin}`)
      yield* Console.log(`  practices ${practiceIds.join(", ")}, client id "${credentials.clientId}"`)
      yield* Console.log(`  faults, limits and statistics: ${origin}/simulator/`)
    })
  )
  return Layer.launch(
    announced.pipe(Layer.provide(SimulatorServer.layer({ port: given.port })), Layer.provide(Simulator.layer(options)))
  )
}).pipe(Command.withDescription("athenahealth in a box: synthetic people, the API's oddities, limits and faults"))

if (import.meta.main) {
  Command.run(simulator, { version: "0.1.0" }).pipe(Effect.provide(NodeServices.layer), NodeRuntime.runMain)
}
