/** A client that writes bytes, as no HTTP client would. */
import { connect, type Socket } from "node:net"

export interface Line {
  readonly write: (bytes: string | Uint8Array) => void
  /** Ends our side alone. */
  readonly half: () => void
  readonly cut: () => void
  /** What came, once there are so many answers. */
  readonly answers: (count: number) => Promise<ReadonlyArray<Answer>>
  /** What came until the other side closed or cut the connection. */
  readonly closed: Promise<string>
  readonly socket: Socket
}

export interface Answer {
  readonly status: number
  readonly headers: string
}

/** Interim answers too. None of them has a body; those that Node gives by itself have an empty one in chunks. */
export const answersIn = (text: string): ReadonlyArray<Answer> =>
  text
    .split("\r\n\r\n")
    .slice(0, -1)
    .filter((part) => part.startsWith("HTTP/1.1 "))
    .map((headers) => ({ status: Number(headers.slice(9, 12)), headers: headers.toLowerCase() }))

export const line = (port: number, options: { readonly localAddress?: string } = {}): Promise<Line> =>
  new Promise((connected, failed) => {
    let text = ""
    const waiting = new Set<() => void>()
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true, ...options })
    socket.setNoDelay(true)
    const closed = new Promise<string>((resolve) => {
      socket.on("close", () => resolve(text))
    })
    socket.on("data", (bytes) => {
      text += bytes.toString("latin1")
      for (const look of waiting) look()
    })
    // The other side has closed; whether it cut or ended does not matter.
    socket.on("end", () => socket.destroy())
    socket.on("error", failed)
    socket.on("connect", () =>
      connected({
        socket,
        write: (bytes) => void socket.write(bytes),
        half: () => void socket.end(),
        cut: () => void socket.resetAndDestroy(),
        closed,
        answers: (count) =>
          new Promise((resolve, reject) => {
            const look = () => {
              const answers = answersIn(text)
              if (answers.length >= count) {
                waiting.delete(look)
                resolve(answers)
              }
            }
            waiting.add(look)
            void closed.then(() => reject(new Error(`The connection was closed after ${JSON.stringify(text)}`)))
            look()
          })
      })
    )
  })

export interface Post {
  readonly body?: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
  readonly method?: string
  readonly path?: string
}

/** The bytes of a request. A length is added unless there is one. */
export const bytesOf = ({
  body = "",
  headers = {},
  method = "POST",
  path = "/webhooks/athenahealth"
}: Post): Buffer => {
  const content = Buffer.from(body)
  const told = { host: "receiver.test", "content-type": "application/fhir+json", ...headers }
  const isFramed = Object.keys(told).some((name) => /^(content-length|transfer-encoding)$/i.test(name))
  const all = isFramed ? told : { ...told, "content-length": String(content.length) }
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${head.join("")}\r\n`), content])
}

/** Sends one request over a connection of its own. */
export const ask = async (port: number, post: Post): Promise<Answer> => {
  const to = await line(port)
  to.write(bytesOf(post))
  const [answer] = await to.answers(1)
  to.socket.destroy()
  return answer ?? { status: 0, headers: "" }
}
