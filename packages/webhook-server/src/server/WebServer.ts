/**
 * The HTTP server that stands on the internet: plain `node:http` with every limit that it has, set.
 *
 * A client that is slow, half-open, or floods with headers or connections is cut off, and costs until then a connection and no
 * more. What it could not parse, Node answers before any of our code runs: 400, 408 or 431.
 *
 * When its scope ends it stops accepting, closes what is idle, lets requests that it has finish, and answers each of them with
 * `Connection: close`; what is not finished in time is cut.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo, Socket } from "node:net"
import { Context, Duration, Effect, Layer, Schema } from "effect"
import { networkOf } from "../addresses/networkOf.ts"
import { addressNamed, isTrusted, type TrustedProxies } from "../addresses/TrustedProxies.ts"
import { type ConnectionLimits, defaultConnectionLimits } from "./connectionLimits.ts"
import { type Cut, countCut } from "./metrics.ts"

export interface WebServerOptions {
  /** 127.0.0.1 by default. */
  readonly host?: string
  /** 0 takes a free one; 8080 by default. */
  readonly port?: number
  /** Their connections are not counted by address, since everybody comes through them. */
  readonly trustedProxies?: TrustedProxies
  readonly limits?: Partial<ConnectionLimits>
  /** How long requests may take to finish when the server is to end; 10 s by default. */
  readonly drainWithin?: Duration.Input
}

/**
 * Answers a request. A request with `Expect: 100-continue` comes as every other; whoever reads its body says
 * `response.writeContinue()` before.
 */
export type Listener = (request: IncomingMessage, response: ServerResponse) => void

/** The address could not be listened on. */
export class WebServerFailed extends Schema.TaggedError<WebServerFailed>()("WebServerFailed", {
  host: Schema.String,
  port: Schema.Int,
  code: Schema.String,
  /** That say where. */
  variables: Schema.String
}) {
  override get message() {
    return `Could not listen on ${this.host}:${this.port} (${this.code}). Set ${this.variables} to an address of this machine that is free.`
  }
}

export class WebServer extends Context.Service<
  WebServer,
  {
    readonly port: number
    /** Connections that are open now. */
    readonly connections: Effect.Effect<number>
  }
>()("webhook-server/server/WebServer") {
  /** Listens until its scope ends. */
  static readonly layer = (
    listener: Listener,
    options: WebServerOptions = {}
  ): Layer.Layer<WebServer, WebServerFailed> => Layer.effect(WebServer, make(listener, options))
}

const make = Effect.fnUntraced(function* (listener: Listener, options: WebServerOptions) {
  const { host = "127.0.0.1", port = 8080 } = options
  const limits = { ...defaultConnectionLimits, ...options.limits }
  const cut = countCut(yield* Effect.context())
  const answering = new Set<ServerResponse>()
  const requestsOf = new WeakMap<Socket, number>()
  let isEnding = false

  const onRequest: Listener = (request, response) => {
    const { socket } = request
    const count = (requestsOf.get(socket) ?? 0) + 1
    requestsOf.set(socket, count)
    // Node's own limit would answer 503 to a request that is on its way already.
    if (isEnding || count >= limits.requestsPerConnection) response.shouldKeepAlive = false
    answering.add(response)
    response.once("close", () => answering.delete(response))
    listener(request, response)
  }
  const server = createServer(
    {
      headersTimeout: limits.headersMilliseconds,
      requestTimeout: limits.requestMilliseconds,
      connectionsCheckingInterval: limits.checkMilliseconds,
      keepAliveTimeout: limits.idleMilliseconds,
      maxHeaderSize: limits.headerBytes,
      noDelay: true
    },
    onRequest
  )
  server.on("checkContinue", onRequest)
  server.maxConnections = limits.connections
  server.on("drop", () => cut("too-many"))
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => refuseClient(error, socket as Socket, cut))
  const sockets = watchConnections(server, limits, options.trustedProxies ?? [], cut)

  yield* Effect.acquireRelease(listen(server, host, port), () =>
    Effect.suspend(() => {
      isEnding = true
      for (const response of answering) if (!response.headersSent) response.shouldKeepAlive = false
      // Those that have not said anything yet are not idle to Node.
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
      return drain(server, Duration.fromInputUnsafe(options.drainWithin ?? "10 seconds"))
    })
  )
  const bound = (server.address() as AddressInfo).port
  return WebServer.of({ port: bound, connections: Effect.sync(() => sockets.size) })
})

const listen = (server: Server, host: string, port: number) =>
  Effect.callback<void, WebServerFailed>((resume) => {
    const failed = (error: NodeJS.ErrnoException) =>
      resume(
        Effect.fail(new WebServerFailed({ host, port, code: error.code ?? "unknown", variables: "HOST and PORT" }))
      )
    server.once("error", failed)
    server.listen(port, host, () => {
      server.off("error", failed)
      resume(Effect.void)
    })
  })

const drain = (server: Server, within: Duration.Duration) =>
  Effect.callback<void>((resume) => {
    server.close(() => resume(Effect.void))
    server.closeIdleConnections()
    return Effect.sync(() => server.closeAllConnections())
  }).pipe(Effect.timeoutOrElse({ duration: within, orElse: () => Effect.void }))

/** The connections that are open. Those that one address has too many of are cut. */
const watchConnections = (
  server: Server,
  limits: ConnectionLimits,
  proxies: TrustedProxies,
  cut: (reason: Cut) => void
): ReadonlySet<Socket> => {
  const counts = new Map<string, number>()
  const open = new Set<Socket>()

  server.on("connection", (socket: Socket) => {
    open.add(socket)
    if (open.size > limits.connections * 0.9) server.closeIdleConnections()
    const address = addressNamed(socket.remoteAddress ?? "")
    const key = address === undefined || isTrusted(proxies, address) ? undefined : networkOf(address)
    const count = key === undefined ? 0 : (counts.get(key) ?? 0) + 1
    if (key !== undefined) counts.set(key, count)
    socket.once("close", () => {
      open.delete(socket)
      if (key === undefined) return
      const left = (counts.get(key) ?? 1) - 1
      if (left > 0) counts.set(key, left)
      else counts.delete(key)
    })
    if (count > limits.connectionsPerAddress) {
      cut("too-many-of-address")
      socket.destroy()
    }
  })
  return open
}

const statuses: Readonly<Record<string, readonly [line: string, cut: Cut]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ["408 Request Timeout", "slow"],
  HPE_HEADER_OVERFLOW: ["431 Request Header Fields Too Large", "headers"],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ["413 Payload Too Large", "unparseable"]
}

/** Says why, if nothing of an answer is on its way yet, and cuts the connection. */
const refuseClient = (error: NodeJS.ErrnoException, socket: Socket, cut: (reason: Cut) => void): void => {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy()
  const [line, reason] = statuses[error.code ?? ""] ?? (["400 Bad Request", "unparseable"] as const)
  cut(reason)
  if (!isAnswering(socket)) socket.write(`HTTP/1.1 ${line}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  socket.destroy()
}

/** Whether headers of an answer were sent over the connection and the answer is not at its end. */
const isAnswering = (socket: Socket): boolean => {
  const { _httpMessage: message } = socket as { readonly _httpMessage?: ServerResponse | null }
  return message?.headersSent === true
}
