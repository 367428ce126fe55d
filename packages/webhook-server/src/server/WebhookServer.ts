/**
 * The whole server, put together in one place: what listens, and what works behind it.
 *
 * It listens first. Until the database is there and migrated, it is alive and not ready, and notifications are answered 503, so
 * that their sender sends them again.
 *
 * When its scope ends: not ready any more → no new connections, answers under way are given → what is in hand is stored or put
 * back → the database is left. Other copies on the database go on with the rest.
 */
import { randomUUID } from "node:crypto"
import type { DatabaseError } from "@athena-engine/database/errors/DatabaseError"
import { Inbox } from "@athena-engine/inbox/commit/Inbox"
import { isDatabaseReady } from "@athena-engine/program/health/isDatabaseReady"
import { metricsText } from "@athena-engine/program/health/metricsText"
import { observability } from "@athena-engine/program/services/observability"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { Context, Effect, Fiber, Layer, Option, Scope } from "effect"
import { type WebhookServerSettings, webhookServerSettings } from "../configuration/webhookServerSettings.ts"
import { keepHistory } from "../console/keepHistory.ts"
import { NotThereYet, serverGauges } from "../health/gauges.ts"
import { healthListener, healthPaths } from "../health/healthListener.ts"
import { makeReceiver, type ReceiverOptions, receiverPath } from "../receive/Receiver.ts"
import { simulatedPractice } from "../simulated/simulatedPractice.ts"
import { tellEvents } from "../simulated/tellEvents.ts"
import { Console } from "./Console.ts"
import { type EngineError, type EngineServices, type ServerHandlers, startEngine } from "./Engine.ts"
import { LateInbox } from "./LateInbox.ts"
import { routes } from "./routes.ts"
import { WebServer, type WebServerFailed, type WebServerOptions } from "./WebServer.ts"

export interface WebhookServerOptions {
  /** What a team does when something has happened: `on("Appointment.check-in", { name: "greet" }, …)`. None by default. */
  readonly handlers?: ServerHandlers
  readonly receiver?: Omit<ReceiverOptions, "secrets" | "trustedProxies">
  readonly web?: Pick<WebServerOptions, "limits" | "drainWithin">
}

export class WebhookServer extends Context.Service<
  WebhookServer,
  {
    /** Where it listens. */
    readonly port: number
    /** Where the console listens, if there is one. */
    readonly consolePort: number | undefined
    /** Whether notifications are committed and worked off now. */
    readonly isReady: Effect.Effect<boolean>
    /** Ends when what works behind the receiver cannot be started, and will not be by waiting. */
    readonly broken: Effect.Effect<never, EngineError>
  }
>()("webhook-server/server/WebhookServer") {
  /** Listens and works until its scope ends. Needs no other service: the settings say everything. */
  static readonly layer = (
    settings: WebhookServerSettings,
    options: WebhookServerOptions = {}
  ): Layer.Layer<WebhookServer, WebServerFailed> => Layer.effect(WebhookServer, make(settings, options))

  /** Reads every variable, then listens and works until it is interrupted. What a team's own `main` runs. */
  static readonly run = Effect.fnUntraced(function* (options: WebhookServerOptions = {}) {
    const settings = yield* webhookServerSettings
    const server = WebhookServer.layer(settings, options).pipe(Layer.provideMerge(observability(settings)))
    return yield* Effect.provide(
      Effect.flatMap(WebhookServer, ({ broken }) => broken),
      server
    )
  })
}

const isEverywhere = (host: string) => host === "0.0.0.0" || host === "::"

const make = Effect.fnUntraced(function* (settings: WebhookServerSettings, options: WebhookServerOptions) {
  const { host, secrets, trustedProxies } = settings
  // Finalizers run in the other order: the engine goes last.
  const engineScope = yield* Scope.fork(yield* Effect.scope)
  const late = new LateInbox()
  let engine: Context.Context<EngineServices> | undefined
  let isLeaving = false

  const receiver = yield* makeReceiver({ ...options.receiver, secrets, trustedProxies }).pipe(
    Effect.provideService(Inbox, late.inbox)
  )
  const isReady = Effect.suspend(() =>
    engine === undefined || isLeaving ? Effect.succeed(false) : Effect.provide(isDatabaseReady, engine)
  )
  const gauges = Effect.suspend(
    (): Effect.Effect<void, DatabaseError | NotThereYet> =>
      engine === undefined ? Effect.fail(new NotThereYet()) : Effect.provide(serverGauges, engine)
  )
  const health = yield* healthListener({ isReady, metrics: metricsText(gauges) })
  const listener = routes({
    [receiverPath]: receiver,
    ...Object.fromEntries(healthPaths.map((path) => [path, health]))
  })
  const web = yield* Layer.build(
    WebServer.layer(listener, { ...options.web, host, port: settings.port, trustedProxies })
  )
  const { port } = Context.get(web, WebServer)
  yield* Effect.logInfo(`Listening for notifications on ${receiverPath}`).pipe(Effect.annotateLogs({ port }))
  const consolePort =
    settings.console === undefined
      ? undefined
      : Context.get(
          yield* Layer.build(
            Console.layer({ ...settings.console, trustedProxies, database: Effect.sync(() => engine) })
          ),
          Console
        ).port

  const working = yield* Effect.gen(function* () {
    engine = yield* Scope.provide(startEngine(settings, options.handlers ?? []), engineScope)
    const inbox = Context.get(engine, Inbox)
    late.arrived(settings.environment === "simulator" ? tellEvents(inbox) : inbox)
    yield* Effect.logInfo("Ready: notifications are committed and worked off").pipe(
      Effect.annotateLogs({ environment: settings.environment })
    )
    yield* Effect.provide(keepHistory(randomUUID()), engine)
    const simulator = Context.getOption(engine, Simulator)
    if (Option.isSome(simulator)) {
      const endpoint = `http://${isEverywhere(host) ? "127.0.0.1" : host}:${port}${receiverPath}`
      yield* simulatedPractice({ endpoint, secret: secrets[0] }).pipe(
        Effect.provide(engine),
        Effect.provideService(Simulator, simulator.value)
      )
    }
    return yield* Effect.never
  }).pipe(Effect.forkScoped)

  yield* Effect.addFinalizer(() =>
    Effect.suspend(() => {
      isLeaving = true
      return Effect.logInfo("Leaving: no new connections, and what is in hand is finished")
    })
  )
  return WebhookServer.of({ port, consolePort, isReady, broken: Fiber.join(working) })
})
