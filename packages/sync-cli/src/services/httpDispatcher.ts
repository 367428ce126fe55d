/**
 * What connections are made with. The agents are made here from a static import: the platform's own default loads its
 * module when it is first needed, and a bundle with chunks loses the names of it.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Undici from "@effect/platform-node/Undici"
import { Effect, Layer } from "effect"

const dispatcher = (make: () => Undici.Dispatcher) =>
  Layer.effect(
    NodeHttpClient.Dispatcher,
    Effect.acquireRelease(Effect.sync(make), (agent) => Effect.promise(() => agent.destroy()))
  )

/** A proxy cannot reach this machine's loopback interface, where the simulator and test servers are. */
const isLoopback = (origin: string) => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(origin).hostname)

/** An HTTP client for `origin`, through `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, as everywhere. */
export const httpClient = (origin: string) =>
  Layer.provide(
    NodeHttpClient.layerUndiciNoDispatcher,
    dispatcher(() => (isLoopback(origin) ? new Undici.Agent() : new Undici.EnvHttpProxyAgent()))
  )
