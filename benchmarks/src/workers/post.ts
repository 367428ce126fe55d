/**
 * Posts notifications over so many connections, each one after the other, and tells how long each was waited for. With a rate it
 * sends by the clock: what waits for a free connection waits for its answer, too.
 */
import { randomUUID } from "node:crypto"
import { connect, type Socket } from "node:net"
import { Effect, Schema } from "effect"
import { notificationOf } from "./notification.ts"
import { workerMain } from "./workerMain.ts"

const Input = Schema.Struct({
  port: Schema.Int,
  connections: Schema.Int,
  seconds: Schema.Finite,
  /** Sends so many a second; as many as are answered when undefined. */
  perSecond: Schema.optionalKey(Schema.Finite),
  /** Posts so many and is done, whatever the seconds. */
  atMost: Schema.optionalKey(Schema.Int),
  appointmentIds: Schema.Array(Schema.String)
})
type Input = typeof Input.Type

interface Found {
  readonly waits: ReadonlyArray<number>
  readonly statuses: Readonly<Record<string, number>>
  readonly wallMillis: number
}

const post = ({ appointmentIds, atMost = Number.POSITIVE_INFINITY, connections, perSecond, port, seconds }: Input) =>
  Effect.callback<Found>((resume) => {
    const waits: Array<number> = []
    const statuses: Record<string, number> = {}
    const idle: Array<Socket> = []
    const queue: Array<number> = []
    const open = new Set<Socket>()
    let sent = 0
    let busy = 0
    let isOver = false

    const requestOf = () => {
      const { body, signature } = notificationOf(randomUUID(), appointmentIds[sent % appointmentIds.length] ?? "")
      sent++
      return `POST /webhooks/athenahealth HTTP/1.1\r\nhost: localhost\r\nx-hub-signature: ${signature}\r\ncontent-type: application/fhir+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
    }

    const end = () => {
      isOver = true
      for (const socket of open) socket.destroy()
      resume(Effect.succeed({ waits, statuses, wallMillis: performance.now() - began }))
    }

    const line = () => {
      const socket = connect({ port, host: "127.0.0.1", noDelay: true })
      let since = 0
      let answer = ""
      let isWaiting = false
      open.add(socket)
      const send = (dueAt: number) => {
        since = dueAt
        busy++
        isWaiting = true
        socket.write(requestOf())
      }
      senders.set(socket, send)
      const next = () => {
        if (isOver || sent >= atMost) return busy === 0 ? end() : undefined
        if (perSecond === undefined) return send(performance.now())
        const dueAt = queue.shift()
        if (dueAt === undefined) idle.push(socket)
        else send(dueAt)
      }
      socket.once("connect", next)
      socket.on("data", (data: Buffer) => {
        // One that has said nothing for long is told so and cut.
        if (!isWaiting) return
        answer += data.toString("latin1")
        if (!answer.includes("\r\n\r\n")) return
        const status = answer.slice(9, 12)
        const isLast = /\r\nconnection: close/i.test(answer)
        answer = ""
        isWaiting = false
        busy--
        waits.push(performance.now() - since)
        statuses[status] = (statuses[status] ?? 0) + 1
        if (!isLast) return next()
        socket.destroy()
        if (isOver || sent >= atMost) next()
      })
      socket.on("error", () => socket.destroy())
      socket.on("close", () => {
        const place = idle.indexOf(socket)
        if (place >= 0) idle.splice(place, 1)
        if (!open.delete(socket) || isOver) return
        if (isWaiting) {
          busy--
          statuses["error"] = (statuses["error"] ?? 0) + 1
        }
        line()
      })
    }

    const senders = new Map<Socket, (dueAt: number) => void>()
    const began = performance.now()
    for (let n = 0; n < connections; n++) line()
    if (perSecond !== undefined) {
      let due = 0
      const ticking = setInterval(() => {
        if (isOver) return clearInterval(ticking)
        for (; due < ((performance.now() - began) / 1000) * perSecond; due++) {
          const dueAt = began + (due / perSecond) * 1000
          const socket = idle.shift()
          if (socket === undefined) queue.push(dueAt)
          else senders.get(socket)?.(dueAt)
        }
      }, 1)
    }
    if (atMost === Number.POSITIVE_INFINITY) {
      setTimeout(() => {
        isOver = true
        if (busy === 0) end()
      }, seconds * 1000)
    }
  })

workerMain(Input, (input) =>
  Effect.map(post(input), ({ statuses, waits, wallMillis }) => {
    const sorted = waits.toSorted((a, b) => a - b)
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
    return {
      statuses,
      perSecond: (waits.length * 1000) / wallMillis,
      p50: at(0.5),
      p99: at(0.99),
      max: at(1)
    }
  })
)
