/**
 * `POST /webhooks/athenahealth`: a notification is acknowledged once everything in it is committed, and never before.
 *
 * cheap refusals → body, bounded → signature over its bytes → parse → `Inbox.accept` → 200
 *
 * | answer | when |
 * | --- | --- |
 * | 200 | committed; also what holds no events, and what is of an unknown form and kept |
 * | 401 | no signature, or a wrong one |
 * | 400 | signed, but not JSON or not a Bundle |
 * | 405, 413 | not a POST; over the limit of size, in chunks as well |
 * | 429 | an address has sent too much that did not verify; never for what verifies |
 * | 503 | the inbox cannot commit, or is full, or did not answer in time; with `Retry-After` |
 *
 * Answers have no body. The content type is not judged: the signature is. The sender waits for 2 seconds; the answer is there
 * 1.4 s after the request was read at the latest, whatever the database does. An answer that says no may leave what was
 * committed all the same: the sender sends again, and events are known by their ids.
 *
 * It is a plain listener of `node:http`, without a fiber for what is refused: a flood costs what its parsing costs.
 */
import type { IncomingMessage, ServerResponse } from "node:http"
import type { NotificationReading } from "@athena-engine/athena-core/events/EventNotification"
import { readNotification } from "@athena-engine/athena-core/events/readNotification"
import { UnverifiedNotification, type VerifiedNotification, verify } from "@athena-engine/athena-core/events/Signature"
import { Inbox } from "@athena-engine/inbox/commit/Inbox"
import type { InboxBusy } from "@athena-engine/inbox/commit/InboxBusy"
import type { Received } from "@athena-engine/inbox/commit/Received"
import { Cause, Clock, Effect, Exit, type Redacted, Result } from "effect"
import { AddressLimit } from "../addresses/AddressLimit.ts"
import { clientAddress, type TrustedProxies } from "../addresses/TrustedProxies.ts"
import { answer } from "./answer.ts"
import { type Refusal, receiverMetrics } from "./metrics.ts"
import { BodyRoom, readBody, saysLonger } from "./readBody.ts"

/** Where notifications are posted to. */
export const receiverPath = "/webhooks/athenahealth"

export interface ReceiverOptions {
  /** Every secret that a notification may be signed with. */
  readonly secrets: ReadonlyArray<Redacted.Redacted>
  /** Proxies whose `X-Forwarded-For` is believed; nobody's by default. */
  readonly trustedProxies?: TrustedProxies
  /** 1 MiB by default. */
  readonly maxBodyBytes?: number
  /** Unverified requests of an address in a minute that are answered 401; 100 by default. */
  readonly unverifiedPerMinute?: number
  /** From the request being read to its answer; 1,400 by default. */
  readonly patienceMilliseconds?: number
}

/** Answers a request to `receiverPath`. */
export type Receiver = (request: IncomingMessage, response: ServerResponse) => void

/** So much of each body is read whoever sends it; what is beyond it shares the room. */
const freeBytes = 65_536
const roomBytes = 67_108_864

/** Until an inbox that is full or a database that is away may be there again. */
const retryAfter = { "retry-after": "5" } as const

/** A receiver over the inbox. */
export const makeReceiver = Effect.fnUntraced(function* (options: ReceiverOptions) {
  const inbox = yield* Inbox
  const clock = yield* Clock.Clock
  const context = yield* Effect.context()
  const run = Effect.runCallbackWith(context)
  const metrics = receiverMetrics(context)
  const maxBytes = options.maxBodyBytes ?? 1_048_576
  const patience = options.patienceMilliseconds ?? 1400
  const limits = { maxBytes, freeBytes, room: new BodyRoom(roomBytes) }
  const limit = new AddressLimit(
    { requestsPerWindow: options.unverifiedPerMinute ?? 100, windowMilliseconds: 60_000, maxAddresses: 10_000 },
    () => clock.currentTimeMillisUnsafe()
  )

  /** Of what does not verify an address may send so much; beyond that it is told so. */
  const refuseUnverified = (request: IncomingMessage, response: ServerResponse, status: number, reason: Refusal) => {
    const forwarded = request.headers["x-forwarded-for"]
    const address = clientAddress(
      options.trustedProxies ?? [],
      request.socket.remoteAddress,
      Array.isArray(forwarded) ? forwarded.join(",") : forwarded
    )
    if (limit.take(address)) return refuse(request, response, status, reason)
    refuse(request, response, 429, "limited", { "retry-after": String(limit.secondsLeft) })
  }

  const refuse = (
    request: IncomingMessage,
    response: ServerResponse,
    status: number,
    reason: Refusal,
    headers: Readonly<Record<string, string>> = {}
  ) => {
    metrics.refused(reason)
    answer(request, response, status, headers)
  }

  const commit = (request: IncomingMessage, response: ServerResponse, beganAt: number, notification: Notification) => {
    const { kind, received, unread } = notification
    const busy = (reason: Refusal) => {
      metrics.answered("busy", performance.now() - beganAt)
      refuse(request, response, 503, reason, retryAfter)
    }
    let isAnswered = false
    const guard = setTimeout(() => {
      isAnswered = true
      busy("late")
      leave()
    }, patience)
    const leave = run(inbox.accept(received), {
      onExit: (exit) => {
        clearTimeout(guard)
        if (isAnswered) return
        isAnswered = true
        if (Exit.isFailure(exit)) return busy(reasonOf(exit.cause))
        answer(request, response, 200)
        metrics.answered("committed", performance.now() - beganAt)
        metrics.acknowledged(kind)
        if (unread > 0) metrics.unread(unread)
      }
    })
  }

  /** What the inbox says no with is expected; anything else is not, and is worth a line. */
  const reasonOf = (cause: Cause.Cause<InboxBusy>): Refusal => {
    const failed = cause.reasons.find(Cause.isFailReason)
    if (failed !== undefined) return failed.error.reason
    run(Effect.logError("The inbox failed in a way that it should not", cause))
    return "failed"
  }

  const receive: Receiver = (request, response) => {
    const beganAt = performance.now()
    if (request.method !== "POST") return refuse(request, response, 405, "wrong-method", { allow: "POST" })
    const signature = request.headers["x-hub-signature"]
    if (signature === undefined) return refuseUnverified(request, response, 401, "missing")
    if (saysLonger(request, maxBytes)) return refuseUnverified(request, response, 413, "too-large")
    if (request.headers.expect !== undefined) response.writeContinue()
    readBody(request, limits, (read) => {
      if (read === "gone") return metrics.refused("gone")
      if (read === "too-large") return refuseUnverified(request, response, 413, "too-large")
      if (read === "no-room") return refuse(request, response, 503, "no-room", retryAfter)
      const header = Array.isArray(signature) ? signature.join(",") : signature
      const verified = verify(new UnverifiedNotification(read, header), options.secrets)
      if (Result.isFailure(verified)) return refuseUnverified(request, response, 401, verified.failure.reason)
      const reading = readNotification(verified.success)
      if (reading._tag === "Refused") return refuse(request, response, 400, reading.reason)
      commit(request, response, beganAt, toCommit(reading, verified.success))
    })
  }

  return receive
})

interface Notification {
  readonly kind: string
  readonly received: Received
  readonly unread: number
}

const toCommit = (
  reading: Exclude<NotificationReading, { readonly _tag: "Refused" }>,
  notification: VerifiedNotification
): Notification => {
  switch (reading._tag) {
    case "Events":
      return { kind: "events", received: { events: reading.events }, unread: reading.unread }
    case "NoEvents":
      return { kind: reading.kind, received: { events: [] }, unread: 0 }
    case "Unreadable": {
      const unread = { digest: notification.digest, reason: reading.reason }
      return { kind: "unreadable", received: { events: [], unread }, unread: 0 }
    }
  }
}
