/**
 * Copies of `athena-webhooks` behind one address, as behind a balancer: a connection goes to one that lives. One that is killed
 * cuts its connections, and the sender sees what it would see.
 */
import { type AddressInfo, connect, createServer, type Socket } from "node:net"
import { Effect } from "effect"
import { type Running, start, statusOf, until } from "./athenaWebhooks.ts"

interface Copy {
  readonly running: Running
  readonly port: number
}

const listening = Effect.acquireRelease(
  Effect.promise(
    () =>
      new Promise<{ readonly copies: Array<Copy>; readonly port: number; readonly close: () => void }>((resolve) => {
        const copies: Array<Copy> = []
        const open = new Set<Socket>()
        let turn = 0
        const balancer = createServer((near) => {
          const copy = copies[turn++ % Math.max(1, copies.length)]
          open.add(near)
          near.on("error", () => near.destroy()).on("close", () => open.delete(near))
          if (copy === undefined) return void near.destroy()
          const far = connect({ port: copy.port, host: "127.0.0.1", noDelay: true })
          far.on("error", () => near.destroy()).on("close", () => near.destroy())
          near.on("close", () => far.destroy())
          near.pipe(far).pipe(near)
        })
        balancer.listen(0, "127.0.0.1", () =>
          resolve({
            copies,
            port: (balancer.address() as AddressInfo).port,
            close: () => {
              for (const socket of open) socket.destroy()
              balancer.close()
            }
          })
        )
      })
  ),
  ({ close, copies }) =>
    Effect.promise(async () => {
      close()
      for (const { running } of copies) running.kill("SIGKILL")
      await Promise.all(copies.map(({ running }) => running.ended))
    })
)

/** Starts so many copies, for the scope. */
export const copiesOf = Effect.fnUntraced(function* (environment: Readonly<Record<string, string>>, count: number) {
  const { copies, port } = yield* listening
  const startOne = Effect.promise(async () => {
    const running = start(environment)
    const copy = { running, port: await running.port }
    copies.push(copy)
    return copy
  })
  for (let n = 0; n < count; n++) yield* startOne
  yield* Effect.promise(() =>
    until(async () =>
      (await Promise.all(copies.map((copy) => statusOf(copy.port, "/health/ready")))).every((status) => status === 200)
    )
  )
  /** `kill -9` of the `n`th copy, waits until it is gone, and starts another one. */
  const killAndStart = (n: number) =>
    Effect.gen(function* () {
      const [copy] = copies.splice(n % copies.length, 1)
      copy?.running.kill("SIGKILL")
      yield* Effect.promise(async () => copy?.running.ended)
      yield* startOne
    })
  return { port, copies, killAndStart }
})
