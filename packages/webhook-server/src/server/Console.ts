import { Context, Effect, Layer } from "effect"
import { type ConsoleOptions, consoleListener } from "../console/consoleListener.ts"
import { WebServer, WebServerFailed } from "./WebServer.ts"

/** The console on an address of its own. */
export class Console extends Context.Service<
  Console,
  {
    /** Where it listens. */
    readonly port: number
  }
>()("webhook-server/server/Console") {
  /** Answers until its scope ends. */
  static readonly layer = (options: ConsoleOptions): Layer.Layer<Console, WebServerFailed> =>
    Layer.effect(Console, make(options))
}

/** Of people, not of a platform. */
const limits = { connections: 128, connectionsPerAddress: 32, idleMilliseconds: 5_000 }

const make = Effect.fnUntraced(function* (options: ConsoleOptions) {
  const { host, port, trustedProxies = [] } = options
  const listener = yield* consoleListener(options)
  const web = yield* Layer.build(
    WebServer.layer(listener, { host, port, trustedProxies, limits, drainWithin: "2 seconds" })
  ).pipe(
    Effect.mapError(
      ({ code }) => new WebServerFailed({ host, port, code, variables: "ATHENA_CONSOLE_HOST and ATHENA_CONSOLE_PORT" })
    )
  )
  const { port: bound } = Context.get(web, WebServer)
  yield* Effect.logInfo("Listening for operators on /console").pipe(Effect.annotateLogs({ port: bound }))
  return Console.of({ port: bound })
})
