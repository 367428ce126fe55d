/**
 * One test, three athenahealths: the simulator in memory, the simulator over HTTP, and the vendor's sandbox. The code under
 * test sees the same `Athena` each time, with its whole pipeline behind it; one line says which.
 *
 *     const athena = AthenaTest.layer(targetOf(process.env["ATHENA_TEST_TARGET"]))
 *
 * Tests that are to pass against all three ask for what practice 195900 has in each of them, and write nothing.
 */
import * as AthenaClient from "@athena-engine/athena-core/AthenaClient"
import * as AthenaClients from "@athena-engine/athena-core/AthenaClients"
import { type ConfigurationInvalid, readAll } from "@athena-engine/athena-core/configuration/variables"
import { athenaVariables, budgetOf } from "@athena-engine/athena-core/environment/AthenaSettings"
import { defaultScope } from "@athena-engine/athena-core/environment/Connection"
import { simulatorCredentials } from "@athena-engine/athena-core/environment/credentialsVariable"
import { vendorOrigin } from "@athena-engine/athena-core/environment/Environment"
import type { Athena } from "@athena-engine/athena-core/http/Athena"
import type { BudgetOptions } from "@athena-engine/athena-core/rate-limit/BudgetOptions"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodePath from "@effect/platform-node/NodePath"
import { ConfigProvider, Duration, Effect, Layer, Option } from "effect"
import { SimulatorHttpClient } from "../memory/SimulatorHttpClient.ts"
import { Simulator } from "../Simulator.ts"
import type { SimulatorOptions } from "../SimulatorOptions.ts"
import { SimulatorServer, type SimulatorServerError } from "../server/SimulatorServer.ts"

/** Which athenahealth a test talks to. */
export type Target = "memory" | "http" | "sandbox"

/** The target that a variable names; in memory where it is not set. */
export const targetOf = (variable: string | undefined): Target => {
  if (variable === undefined || variable === "") return "memory"
  if (variable === "memory" || variable === "http" || variable === "sandbox") return variable
  throw new Error("ATHENA_TEST_TARGET must be memory, http or sandbox")
}

/** Wide: the simulator refuses nothing unless it is told to. */
const simulatorBudget: BudgetOptions = {
  requestsPerSecond: 900,
  appRequestsPerSecond: 900,
  startRequestsPerSecond: 900,
  maxConcurrency: 16,
  maxWait: Duration.seconds(60)
}

const clientTo = (origin: string) =>
  AthenaClient.layer({
    connection: { environment: "simulator", origin, credentials: simulatorCredentials, scope: defaultScope },
    budget: simulatorBudget
  })

const memory = (options: SimulatorOptions): Layer.Layer<Athena> =>
  clientTo(SimulatorHttpClient.origin).pipe(
    Layer.provide(SimulatorHttpClient.layer),
    Layer.provide(Simulator.layer(options))
  )

const http = (options: SimulatorOptions): Layer.Layer<Athena, SimulatorServerError> =>
  Layer.unwrap(Effect.map(SimulatorServer, ({ origin }) => clientTo(origin))).pipe(
    Layer.provide(NodeHttpClient.layerUndici),
    Layer.provide(SimulatorServer.layer()),
    Layer.provide(Simulator.layer(options))
  )

/** For the file that gives practices credentials of their own. */
const files = Layer.merge(NodeFileSystem.layer, NodePath.layer)

/** The variables of `ATHENA_ENVIRONMENT=sandbox`, whatever that variable says. */
const sandboxSettings = Effect.gen(function* () {
  const variables = yield* ConfigProvider.ConfigProvider
  const provider = ConfigProvider.orElse(ConfigProvider.fromUnknown({ ATHENA_ENVIRONMENT: "sandbox" }), variables)
  return yield* Effect.provideService(readAll(athenaVariables), ConfigProvider.ConfigProvider, provider)
})

const sandbox: Layer.Layer<Athena, ConfigurationInvalid> = Layer.unwrap(
  Effect.map(sandboxSettings, (settings) =>
    AthenaClients.layer({
      connection: {
        environment: "sandbox",
        origin: Option.getOrElse(settings.origin, () => vendorOrigin.sandbox),
        scope: settings.scope
      },
      credentials: settings.credentials,
      budget: budgetOf(settings)
    })
  )
).pipe(Layer.provide(NodeHttpClient.layerUndici), Layer.provide(files))

export const AthenaTest = {
  /**
   * The client, in front of the target. `options` are the simulator's; the sandbox takes the variables of `athena-sync` for
   * it: `ATHENA_SANDBOX_CLIENT_ID`, `ATHENA_SANDBOX_CLIENT_SECRET`, and whatever else is set. Calls over a socket need a
   * clock that runs: with `@effect/vitest`, `layer(AthenaTest.layer(target), { excludeTestServices: true })`.
   */
  layer: (
    target: Target,
    options: SimulatorOptions = {}
  ): Layer.Layer<Athena, ConfigurationInvalid | SimulatorServerError> => {
    switch (target) {
      case "memory":
        return memory(options)
      case "http":
        return http(options)
      case "sandbox":
        return sandbox
    }
  },
  /** What is wrong or missing for the sandbox; none if it can be asked. Nothing is sent. */
  sandboxProblem: Effect.flip(Effect.asVoid(sandboxSettings)).pipe(
    Effect.option,
    Effect.provide(files)
  ) satisfies Effect.Effect<Option.Option<ConfigurationInvalid>>
} as const
