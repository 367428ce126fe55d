/**
 * `AthenaClient` for practices of different apps in one process. Each app has its own tokens and its own ceiling, its
 * practices their own budgets under it; a call goes out as its practice's app. What is built on `Athena` sees no difference.
 */
import { Effect, type FileSystem, Layer, Option, type Path } from "effect"
import type { HttpClient } from "effect/http"
import type { RateLimiter } from "effect/persistence"
import * as AthenaClient from "./AthenaClient.ts"
import { ConfigurationInvalid, ConfigurationProblem, readAll } from "./configuration/variables.ts"
import type { SharedState } from "./coordination/SharedState.ts"
import type { ClientCredentials } from "./credentials/ClientCredentials.ts"
import { credentialsOf, type PracticeCredentials } from "./credentials/PracticeCredentials.ts"
import { athenaVariables, budgetOf } from "./environment/AthenaSettings.ts"
import type { ConnectionOptions } from "./environment/Connection.ts"
import { AthenaError, CredentialsMissing } from "./errors/AthenaError.ts"
import { Athena } from "./http/Athena.ts"
import { templateOf } from "./http/EndpointDescription.ts"
import type { PracticeId } from "./ids/PracticeId.ts"
import type { BudgetOptions } from "./rate-limit/BudgetOptions.ts"

export interface AthenaClientsOptions {
  readonly connection: Omit<ConnectionOptions, "credentials">
  readonly credentials: PracticeCredentials
  /** Of each app. */
  readonly budget: BudgetOptions
}

/** Every app that there is, once. */
const appsOf = ({ byPractice, rest }: PracticeCredentials): ReadonlyMap<string, ClientCredentials> =>
  new Map([...byPractice.values(), ...Option.toArray(rest)].map((credentials) => [credentials.clientId, credentials]))

const make = Effect.fnUntraced(function* <R>(
  options: AthenaClientsOptions,
  ofApp: (app: AthenaClient.AthenaClientOptions) => Layer.Layer<Athena, never, R>
) {
  const clients = new Map<string, Athena["Service"]>()
  for (const [clientId, credentials] of appsOf(options.credentials)) {
    const connection = { ...options.connection, credentials }
    const services = yield* Layer.build(ofApp({ connection, budget: options.budget }))
    clients.set(clientId, yield* Effect.provide(Athena, services))
  }
  const clientOf = (practiceId: PracticeId) =>
    Option.flatMapNullishOr(credentialsOf(options.credentials, practiceId), ({ clientId }) => clients.get(clientId))

  return Athena.of({
    origin: options.connection.origin,
    inFlight: (practiceId, effect) =>
      Option.match(clientOf(practiceId), {
        onNone: () => effect,
        onSome: (client) => client.inFlight(practiceId, effect)
      }),
    exchange: (call, read) =>
      Option.match(clientOf(call.practiceId), {
        onSome: (client) => client.exchange(call, read),
        onNone: () =>
          Effect.fail(
            new AthenaError({
              endpoint: templateOf(call.endpoint),
              practiceId: Option.some(call.practiceId),
              requestId: Option.none(),
              attempts: 0,
              reason: new CredentialsMissing()
            })
          )
      })
  })
})

/** The clients of a process that shares its limits with no other. */
export const layer = (options: AthenaClientsOptions): Layer.Layer<Athena, never, HttpClient.HttpClient> =>
  Layer.effect(Athena, make(options, AthenaClient.layer))

/** The clients of one of several processes, as `AthenaClient.layerShared` is for one app. */
export const layerShared = (
  options: AthenaClientsOptions
): Layer.Layer<Athena, never, HttpClient.HttpClient | SharedState | RateLimiter.RateLimiterStore> =>
  Layer.effect(Athena, make(options, AthenaClient.layerShared))

/**
 * The clients that the environment's variables describe (`ATHENA_ENVIRONMENT`, `ATHENA_SANDBOX_CLIENT_ID` …, see the README's
 * table). Everything that is wrong or missing is told at once. For the sandbox
 * and for production: a simulator is named by `ATHENA_BASE_URL`, as a sandbox is.
 */
export const layerConfig: Layer.Layer<
  Athena,
  ConfigurationInvalid,
  HttpClient.HttpClient | FileSystem.FileSystem | Path.Path
> = Layer.unwrap(
  Effect.gen(function* () {
    const settings = yield* readAll(athenaVariables)
    if (Option.isNone(settings.origin)) {
      const problem = new ConfigurationProblem({ variable: "ATHENA_ENVIRONMENT", expected: "sandbox or production" })
      return yield* new ConfigurationInvalid({ problems: [problem] })
    }
    return layer({
      connection: { environment: settings.environment, origin: settings.origin.value, scope: settings.scope },
      credentials: settings.credentials,
      budget: budgetOf(settings)
    })
  })
)
