/**
 * One delivery: a handler is called with an event and its record.
 *
 * claimed, attempt counted → record from memory, or read again, audited → handler → done
 *
 * - Killed before the handler is called, or while it runs: the claim ends, the handler is called again. The attempt counts.
 * - Killed after the handler, before `done` is committed: the handler is called again, with the same idempotency key.
 * - The claim ended while the handler ran (it cannot outlast its time, but its process may have stood still): whoever has
 *   it now calls the handler as well; what this one commits is told by its fence and changes nothing.
 * - The handler fails, or is not done in time: it is put back, for later, or given up. Those behind it wait until then.
 *
 * A handler that is not done in time is interrupted and not waited for: one that does not let itself be interrupted may
 * still be at it when it is called again.
 */

import type { AuditTrail } from "@athena-engine/athena-core/audit/AuditTrail"
import type { EventTopicName, TypeOfTopic } from "@athena-engine/athena-core/events/topics"
import type { Athena } from "@athena-engine/athena-core/http/Athena"
import type { DepartmentId } from "@athena-engine/athena-core/ids/DepartmentId"
import type { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import * as Priority from "@athena-engine/athena-core/rate-limit/Priority"
import type { KnowDepartment } from "@athena-engine/sync/fresh/knownDepartments"
import type { Run } from "@athena-engine/sync/runs/Runs"
import { DateTime, Effect, Exit, Fiber } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { AnyDelivery } from "../handlers/Delivery.ts"
import type { ReadyHandler } from "../handlers/Handlers.ts"
import type { Readings } from "../handlers/Readings.ts"
import type { Holder } from "../process/processRecord.ts"
import { tableOf } from "../process/readers.ts"
import { ReadingSlow } from "../process/verdict.ts"
import { type Claimed, readingSeconds } from "./Claimed.ts"
import { HandlerSlow, judge, NeverCameBack, ReadingFailed } from "./judge.ts"
import { recordOf } from "./recordOf.ts"
import { again, done } from "./sql/conclude.ts"

/** Who delivers, with what they know. */
export interface Deliverer extends Holder {
  readonly know: KnowDepartment
  readonly readings: Readings
}

/** A handler that is interrupted may take this long to end; then it is left behind. */
const lastWords = "2 seconds"

const idsOf = (claimed: Claimed) => ({
  practiceId: claimed.practiceId,
  resourceId: claimed.resourceId,
  logicalId: claimed.logicalId ?? undefined,
  patientId: (claimed.patientId ?? undefined) as PatientId | undefined,
  departmentId: (claimed.departmentId ?? undefined) as DepartmentId | undefined
})

/** The record, where we have a table for it; or the way to read it. */
const contentOf = Effect.fnUntraced(function* (claimed: Claimed, by: Deliverer) {
  const services = yield* Effect.context<Athena | AuditTrail | SqlClient>()
  const table = tableOf(claimed.resource)
  if (table !== undefined) {
    const run: Run = { ...by, practiceId: claimed.practiceId, resource: table.resource, scope: "event" }
    const read = Effect.map(table.read(run, claimed.resourceId, by.know), ({ record }) => record)
    const record = yield* by.readings.get(claimed.reading, read).pipe(
      Effect.timeoutOrElse({ duration: `${readingSeconds} seconds`, orElse: () => Effect.fail(new ReadingSlow()) }),
      Effect.mapError((error) => new ReadingFailed({ error }))
    )
    return { record }
  }
  const read = recordOf(claimed.resource)
  if (read === undefined) return {}
  return { read: Effect.provideContext(by.readings.get(claimed.reading, read(idsOf(claimed))), services) }
})

const deliveryOf = (claimed: Claimed, content: Pick<AnyDelivery, "record" | "read">): AnyDelivery => ({
  ...idsOf(claimed),
  ...content,
  // Handlers are owed none but topics that exist.
  topic: claimed.topic as EventTopicName,
  type: claimed.resource as TypeOfTopic<EventTopicName>,
  eventId: claimed.eventId,
  occurredAt: claimed.occurredAt === null ? undefined : DateTime.fromDateUnsafe(claimed.occurredAt),
  receivedAt: DateTime.fromDateUnsafe(claimed.receivedAt),
  idempotencyKey: `${claimed.handler}:${claimed.eventId}`,
  attempt: claimed.attempts
})

/** In a fiber of its own, so that nothing that it does or does not do keeps this one. */
const call = Effect.fnUntraced(function* (handler: ReadyHandler, delivery: AnyDelivery) {
  const running = yield* Effect.forkDetach(Effect.suspend(() => handler.handle(delivery)))
  const exit = yield* Fiber.await(running).pipe(
    Effect.timeoutOrElse({ duration: handler.timeout, orElse: () => new HandlerSlow() }),
    Effect.onExit((ended) =>
      Exit.isSuccess(ended)
        ? Effect.void
        : Effect.timeoutOption(Effect.interruptible(Fiber.interrupt(running)), lastWords)
    )
  )
  return yield* exit
})

const attempt = Effect.fnUntraced(function* (handler: ReadyHandler, claimed: Claimed, by: Deliverer) {
  if (claimed.attempts > handler.attempts) return yield* new NeverCameBack()
  const content = yield* contentOf(claimed, by)
  return yield* call(handler, deliveryOf(claimed, content))
})

/** Makes a delivery, or puts it back. Never fails: a database that stays away ends the claim by time. */
export const deliver = (handler: ReadyHandler, claimed: Claimed, by: Deliverer) =>
  attempt(handler, claimed, by).pipe(
    Effect.onInterrupt(() =>
      Effect.ignore(again(claimed, { tag: "Stopped", waitMillis: 0, isAttempt: false, isLast: false }))
    ),
    Effect.exit,
    Effect.flatMap((exit) =>
      Exit.isSuccess(exit)
        ? done(claimed)
        : Effect.gen(function* () {
            const decision = yield* judge(exit.cause, handler, claimed)
            yield* again(claimed, decision)
            const log = decision.isAttempt ? Effect.logWarning : Effect.logInfo
            yield* log(decision.isLast ? "A handler gave an event up" : "A handler is to be called again").pipe(
              Effect.annotateLogs({
                errorTag: decision.tag,
                waitMillis: decision.waitMillis,
                attempts: claimed.attempts
              })
            )
          })
    ),
    Effect.catchCause((cause) => Effect.logWarning("A delivery was left to its claim's end", cause)),
    Priority.events,
    Effect.annotateLogs({ practiceId: claimed.practiceId, resource: claimed.resource, handler: handler.name }),
    Effect.withSpan("webhook delivery", {
      attributes: { "athena.practice_id": claimed.practiceId, "webhook.handler": handler.name }
    })
  )
