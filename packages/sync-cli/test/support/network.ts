/** What lies between a program and athenahealth at a hospital: a proxy, and TLS with a certificate of its own authority. */
import { createServer, type IncomingMessage } from "node:http"
import { connect, type Server, type Socket } from "node:net"
import { createServer as createTlsServer } from "node:tls"
import { Effect } from "effect"
import type { Identity } from "./certificates.ts"

/** Listens on a free port of the loopback interface; at the end every connection is cut. */
const listening = <S extends Server>(server: S) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly server: S; readonly port: number; readonly sockets: Set<Socket> }>((resume) => {
      const sockets = new Set<Socket>()
      server.on("connection", (socket: Socket) => {
        sockets.add(socket)
        socket.on("error", () => {}).on("close", () => sockets.delete(socket))
      })
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" && address !== null ? address.port : 0
        resume(Effect.succeed({ server, port, sockets }))
      })
    }),
    ({ server, sockets }) =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
        for (const socket of sockets) socket.destroy()
      })
  )

const join = (one: Socket, other: Socket) => {
  one.on("error", () => other.destroy())
  other.on("error", () => one.destroy())
  one.pipe(other).pipe(one)
}

/** Ends TLS in front of a server on a port of this machine; answers its own port. */
export const tlsInFrontOf = (port: number, identity: Identity) =>
  Effect.map(
    listening(createTlsServer({ ...identity }, (socket) => join(socket, connect(port, "127.0.0.1")))),
    (made) => made.port
  )

export interface Proxy {
  readonly port: number
  /** What it was asked to connect to, oldest first. */
  readonly asked: ReadonlyArray<string>
}

export interface ProxyOptions {
  /** `user:password` that it insists on. */
  readonly login?: string
  /** Answers every request to connect with this status. */
  readonly refusesWith?: number
}

/** A proxy that connects to whatever name it is asked for on this machine. */
export const makeProxy = ({ login, refusesWith }: ProxyOptions = {}) =>
  Effect.gen(function* () {
    const asked: Array<string> = []
    const expected = login === undefined ? undefined : `Basic ${Buffer.from(login).toString("base64")}`
    const server = createServer((_, response) => response.writeHead(501).end())
    server.on("connect", (request: IncomingMessage, socket: Socket, head: Buffer) => {
      asked.push(request.url ?? "")
      const status =
        refusesWith ?? (expected !== undefined && request.headers["proxy-authorization"] !== expected ? 407 : 200)
      if (status !== 200) {
        socket.end(`HTTP/1.1 ${status} No\r\nProxy-Authenticate: Basic realm="test"\r\nConnection: close\r\n\r\n`)
        return
      }
      const target = connect(Number(request.url?.split(":").at(-1)), "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n")
        if (head.length > 0) target.write(head)
        join(socket, target)
      })
      target.on("error", () => socket.destroy())
    })
    const { port } = yield* listening(server)
    return { port, asked } satisfies Proxy
  })

/** A port of this machine that nobody listens on. */
export const deadPort = Effect.map(Effect.scoped(listening(createServer())), ({ port }) => port)
