/** Servers of a test on the loopback interface: an athenahealth that says more than it should, and a collector of telemetry. */
import { createServer, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"
import type { HostileAthena } from "@athena-engine/testing/leaks/HostileAthena"
import { Effect } from "effect"

/** Listens until its scope ends; the origin is the result. */
const listen = (handle: RequestListener) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly origin: string; readonly close: Effect.Effect<void> }>((resume) => {
      const server = createServer(handle)
      const close = Effect.callback<void>((closed) => {
        server.close(() => closed(Effect.void))
        server.closeAllConnections()
      })
      server.listen(0, "127.0.0.1", () => {
        const { port } = server.address() as AddressInfo
        resume(Effect.succeed({ origin: `http://127.0.0.1:${port}`, close }))
      })
    }),
    ({ close }) => close
  ).pipe(Effect.map(({ origin }) => origin))

/** The origin of a server that answers as `hostile` does; it cuts the line where that would hang. */
export const hostileServer = (hostile: HostileAthena) =>
  listen((incoming, outgoing) => {
    incoming.resume()
    incoming.on("end", () => {
      const reply = hostile.answer(incoming.url ?? "/")
      if (reply === "reset" || reply === "hang") return void outgoing.socket?.resetAndDestroy()
      outgoing.writeHead(reply.status, { ...reply.headers, "content-length": String(Buffer.byteLength(reply.body)) })
      outgoing.end(reply.body)
    })
  })

/** A collector: its origin, and what it was sent, each request with its path and headers. */
export const collector = Effect.gen(function* () {
  const received: Array<{ readonly path: string; readonly text: string }> = []
  const origin = yield* listen((incoming, outgoing) => {
    const chunks: Array<Buffer> = []
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk))
    incoming.on("end", () => {
      const { headers, url: path = "" } = incoming
      received.push({ path, text: `${path} ${JSON.stringify(headers)} ${Buffer.concat(chunks).toString("utf8")}` })
      outgoing.end("{}")
    })
  })
  return { origin, received: received as ReadonlyArray<(typeof received)[number]> }
})
