/**
 * What connections are made with. The agents are made here from a static import: the platform's own default loads its
 * module when it is first needed, and a bundle with chunks loses the names of it.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Undici from "@effect/platform-node/Undici"
import { Effect, Layer } from "effect"
import { proxyPool } from "./proxyErrors.ts"

const dispatcher = (make: () => Undici.Dispatcher) =>
  Layer.effect(
    NodeHttpClient.Dispatcher,
    Effect.acquireRelease(Effect.sync(make), (agent) => Effect.promise(() => agent.destroy()))
  )

/**
 * Plain http to this machine's loopback interface, where the simulator and test servers are: what is not encrypted must not
 * leave for a proxy, which could not reach them anyway.
 */
const staysHere = ({ hostname, protocol }: URL) =>
  protocol === "http:" && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)

/** `HTTP_PROXY` is for http alone, though undici would take it for https as well. */
const proxied = ({ protocol }: URL) =>
  new Undici.EnvHttpProxyAgent({ clientFactory: proxyPool, ...(protocol === "https:" ? { httpProxy: "" } : {}) })

/**
 * An HTTP client for `origin`, through `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, as everywhere. Certificates are checked
 * against Node's own authorities and those of `NODE_EXTRA_CA_CERTS`, behind a proxy too.
 */
export const httpClient = (origin: string) =>
  Layer.provide(
    NodeHttpClient.layerUndiciNoDispatcher,
    dispatcher(() => {
      const url = new URL(origin)
      return staysHere(url) ? new Undici.Agent() : proxied(url)
    })
  )
