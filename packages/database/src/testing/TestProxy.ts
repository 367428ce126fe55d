/**
 * A network between a test and its PostgreSQL, that can be cut, fall silent, hold answers back, or swallow one.
 *
 * Listens on the loopback interface and passes on to a server's socket. It reads as much of the protocol as it needs to
 * know the answer to a COMMIT.
 */
import * as net from "node:net"
import { Effect, type Scope } from "effect"

export interface TestProxy {
  /** The URL of a database behind the proxy, made of its URL without. */
  readonly through: (url: string) => string
  /** Closes all connections; new ones are let through. */
  readonly cut: Effect.Effect<void>
  /** From now on nothing passes, in either direction, on old and new connections, and nothing is closed: a cable that was pulled. */
  readonly fallSilent: Effect.Effect<void>
  /** New connections pass again; those that fell silent stay so. */
  readonly recover: Effect.Effect<void>
  /** From now on what the server answers is kept; what it is asked passes. */
  readonly holdAnswers: Effect.Effect<void>
  /** What was kept arrives, and what follows. */
  readonly letAnswersGo: Effect.Effect<void>
  /**
   * Asked at the answer to every COMMIT; where it says `true`, the answer is lost and the connection with it: the server
   * has committed, and nobody was told.
   */
  readonly loseCommits: (isLost: () => boolean) => Effect.Effect<void>
}

/** The folder of the socket that a URL of a test's database leads to. */
export const socketFolderIn = (url: string): string =>
  new URL(url.replace("postgresql:///", "postgresql://host/")).searchParams.get("host") ?? ""

/** CommandComplete with the tag COMMIT. */
const committed = Buffer.from("C\0\0\0\x0bCOMMIT\0")

/** A proxy in front of the server whose socket lies in `socketFolder`. */
export const make = (socketFolder: string): Effect.Effect<TestProxy, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(listening(socketFolder), ({ close }) => close),
    ({ proxy }) => proxy
  )

const listening = (socketFolder: string) =>
  Effect.callback<{ readonly proxy: TestProxy; readonly close: Effect.Effect<void> }>((resume) => {
    const pairs = new Set<readonly [net.Socket, net.Socket]>()
    let isSilent = false
    let isLost = () => false
    let held: Array<() => void> | undefined

    const server = net.createServer({ allowHalfOpen: true }, (client) => {
      const upstream = net.connect({ path: `${socketFolder}/.s.PGSQL.5432`, allowHalfOpen: true })
      const pair = [client, upstream] as const
      pairs.add(pair)
      const end = () => {
        pairs.delete(pair)
        for (const socket of pair) socket.destroy()
      }
      // What is silent stays open until the test ends.
      const unlessSilent = (pass: () => void) => () => (isDead ? undefined : pass())
      let isDead = isSilent
      silences.add(() => (isDead = true))
      for (const socket of pair) {
        socket.on("error", unlessSilent(end))
        socket.on("end", unlessSilent(end))
        socket.on("close", unlessSilent(end))
      }
      client.on("data", (bytes) => {
        if (!isDead) upstream.write(bytes)
      })
      upstream.on("data", (bytes) => {
        if (isDead) return
        if (bytes.includes(committed) && isLost()) end()
        else if (held === undefined) client.write(bytes)
        else held.push(() => void client.write(bytes))
      })
    })
    const silences = new Set<() => void>()

    const cutAll = () => {
      for (const pair of pairs) for (const socket of pair) socket.destroy()
      pairs.clear()
    }

    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      const port = address !== null && typeof address === "object" ? address.port : 0
      resume(
        Effect.succeed({
          proxy: {
            through: (url) => {
              const { pathname } = new URL(url.replace("postgresql:///", "postgresql://host/"))
              return `postgresql://postgres@127.0.0.1:${port}${pathname}?sslmode=disable`
            },
            cut: Effect.sync(cutAll),
            fallSilent: Effect.sync(() => {
              isSilent = true
              for (const silence of silences) silence()
            }),
            recover: Effect.sync(() => {
              isSilent = false
            }),
            holdAnswers: Effect.sync(() => {
              held ??= []
            }),
            letAnswersGo: Effect.sync(() => {
              for (const answer of held ?? []) answer()
              held = undefined
            }),
            loseCommits: (decide) =>
              Effect.sync(() => {
                isLost = decide
              })
          },
          close: Effect.sync(() => {
            server.close()
            cutAll()
          })
        })
      )
    })
  })
