/**
 * The simulator on a loopback socket. Plain `node:http` rather than Effect's router: faults need the socket
 * (resets before and within an answer, hangs), and a page of a thousand rows should cost the page.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { Context, Effect, Exit, Layer, Schema } from "effect"
import { answerControl, isControlPath } from "../control/answerControl.ts"
import type { SimulatedRequest } from "../http/SimulatedRequest.ts"
import type { SimulatedAnswer, SimulatedResponse } from "../http/SimulatedResponse.ts"
import { Simulator } from "../Simulator.ts"

export interface SimulatorServerOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number
  /**
   * The address listened on: 127.0.0.1 by default. Any other, such as `0.0.0.0` in a container, shows the simulator to whoever
   * can reach it. There are no real people in it, but its control routes ask for no password.
   */
  readonly host?: string
}

/** The port could not be listened on. */
export class SimulatorServerError extends Schema.TaggedError<SimulatorServerError>()("SimulatorServerError", {
  host: Schema.String,
  port: Schema.Int,
  code: Schema.String
}) {
  override get message() {
    return `The simulator could not listen on ${this.host}:${this.port} (${this.code}). Choose another port, or 0 for a free one.`
  }
}

export class SimulatorServer extends Context.Service<
  SimulatorServer,
  {
    /** `http://127.0.0.1:<port>`, wherever it listens. */
    readonly origin: string
    readonly port: number
  }
>()("simulator/server/SimulatorServer") {
  /** Listens until its scope ends; connections are cut then. */
  static readonly layer = (
    options: SimulatorServerOptions = {}
  ): Layer.Layer<SimulatorServer, SimulatorServerError, Simulator> =>
    Layer.effect(SimulatorServer, make(options.port ?? 0, options.host ?? "127.0.0.1"))
}

const make = Effect.fnUntraced(function* (port: number, host: string) {
  const simulator = yield* Simulator
  const context = yield* Effect.context()
  const run = Effect.runCallbackWith(context)

  const server = createServer((incoming, outgoing) => {
    const chunks: Array<Buffer> = []
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk))
    incoming.on("end", () => {
      const request = requestOf(incoming, Buffer.concat(chunks).toString("utf8"))
      const answered: Effect.Effect<SimulatedResponse> = isControlPath(request.path)
        ? answerControl(simulator, request)
        : simulator.handle(request)
      const interrupt = run(answered, {
        onExit: (exit) => (Exit.isSuccess(exit) ? send(outgoing, exit.value) : outgoing.destroy())
      })
      // A client that leaves ends the wait of its request.
      outgoing.on("close", () => interrupt())
    })
  })
  server.keepAliveTimeout = 60_000

  yield* Effect.acquireRelease(listen(server, port, host), () => close(server))
  const bound = (server.address() as AddressInfo).port
  return SimulatorServer.of({ origin: `http://127.0.0.1:${bound}`, port: bound })
})

const listen = (server: Server, port: number, host: string) =>
  Effect.callback<void, SimulatorServerError>((resume) => {
    const failed = (error: NodeJS.ErrnoException) =>
      resume(Effect.fail(new SimulatorServerError({ host, port, code: error.code ?? "unknown" })))
    server.once("error", failed)
    server.listen(port, host, () => {
      server.off("error", failed)
      resume(Effect.void)
    })
  })

const close = (server: Server) =>
  Effect.callback<void>((resume) => {
    server.close(() => resume(Effect.void))
    server.closeAllConnections()
  })

const requestOf = (incoming: IncomingMessage, body: string): SimulatedRequest => {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value
  }
  return { method: incoming.method ?? "GET", path: incoming.url ?? "/", headers, body }
}

const send = (outgoing: ServerResponse, response: SimulatedResponse): void => {
  if (outgoing.destroyed) return
  switch (response._tag) {
    case "Hang":
      return
    case "Reset":
      outgoing.socket?.resetAndDestroy()
      return
    case "Answer":
      write(outgoing, response)
  }
}

const write = (outgoing: ServerResponse, answer: SimulatedAnswer): void => {
  const bytes = Buffer.from(answer.body, "utf8")
  // Successes come with a length, errors in chunks.
  const isInChunks = answer.status >= 400 || answer.breakBy === "close-in-chunks"
  const length = isInChunks ? {} : { "Content-Length": String(bytes.length) }
  outgoing.writeHead(answer.status, { ...answer.headers, ...length })
  if (answer.breakAfter === undefined) {
    if (answer.status >= 400) outgoing.write(bytes.subarray(0, 1))
    outgoing.end(answer.status >= 400 ? bytes.subarray(1) : bytes)
    return
  }
  outgoing.write(bytes.subarray(0, Math.floor(bytes.length * answer.breakAfter)), () => {
    if (answer.breakBy === undefined) outgoing.socket?.resetAndDestroy()
    else outgoing.socket?.destroySoon()
  })
}
