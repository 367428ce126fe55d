/**
 * Reads a body whole, as bytes, and no more of it than may be: its length is believed neither where it is told nor where it is
 * not. Before a body is verified anybody may have sent it, so that all of them together have a bound as well.
 */
import type { IncomingMessage } from "node:http"

/** What large bodies that are being read may take in memory, all together. */
export class BodyRoom {
  #free: number

  constructor(bytes: number) {
    this.#free = bytes
  }

  take(bytes: number): boolean {
    if (bytes > this.#free) return false
    this.#free -= bytes
    return true
  }

  give(bytes: number): void {
    this.#free += bytes
  }

  /** Bytes that are not taken. */
  get free(): number {
    return this.#free
  }
}

export interface Limits {
  readonly maxBytes: number
  /** So much of every body is read without room being asked for: notifications are below it, and never wait for others. */
  readonly freeBytes: number
  readonly room: BodyRoom
}

/** The body, or why there is none: longer than it may be, no room for it now, or its sender is gone. */
export type BodyRead = Uint8Array | "too-large" | "no-room" | "gone"

/** Whether the request itself says that its body is longer than that. */
export const saysLonger = (request: IncomingMessage, maxBytes: number): boolean =>
  Number(request.headers["content-length"] ?? 0) > maxBytes

/** Calls `done` once. What comes after it is thrown away. */
export const readBody = (request: IncomingMessage, limits: Limits, done: (read: BodyRead) => void): void => {
  const chunks: Array<Buffer> = []
  let length = 0
  let taken = 0
  let isDone = false

  const finish = (read: BodyRead) => {
    if (isDone) return
    isDone = true
    request.off("data", onData)
    limits.room.give(taken)
    done(read)
  }

  const onData = (chunk: Buffer) => {
    length += chunk.length
    if (length > limits.maxBytes) return finish("too-large")
    const wanted = Math.max(0, length - limits.freeBytes) - taken
    if (wanted > 0 && !limits.room.take(wanted)) return finish("no-room")
    taken += Math.max(0, wanted)
    chunks.push(chunk)
  }

  request.on("data", onData)
  request.on("end", () => finish(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)))
  request.on("close", () => finish("gone"))
  request.on("error", () => finish("gone"))
}
