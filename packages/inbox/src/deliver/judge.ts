/**
 * What a failed delivery means: whose fault it is, and how long to wait.
 */
import { AuditTrailUnavailable } from "@athena-engine/athena-core/audit/AuditTrail"
import { AthenaError } from "@athena-engine/athena-core/errors/AthenaError"
import { tagOf } from "@athena-engine/athena-core/observability/safeCause"
import { Cause, DateTime, Duration, Effect, Option, Schema } from "effect"
import type { ReadError } from "../handlers/Delivery.ts"
import type { ReadyHandler } from "../handlers/Handlers.ts"
import { type ReadingSlow, verdictOf, waitAfter, waitForOurselves } from "../process/verdict.ts"
import type { Claimed } from "./Claimed.ts"
import type { Again } from "./sql/conclude.ts"

/** The handler was not done in its time. */
export class HandlerSlow extends Schema.TaggedError<HandlerSlow>()("HandlerSlow", {}) {}

/** The handler was called as often as it may be, and its process ended each time before it was done. */
export class NeverCameBack extends Schema.TaggedError<NeverCameBack>()("NeverCameBack", {}) {}

/** The record could not be read before the handler was called, for the reason that `error` tells. */
export class ReadingFailed extends Schema.TaggedError<ReadingFailed>()("ReadingFailed", {
  error: Schema.declare((input: unknown): input is ReadError | ReadingSlow => input instanceof Error)
}) {}

/** A practice that is out is left alone for this long. */
const waitForPractice = Duration.toMillis("30 seconds")

/** The wait, where the failure is none of the handler's. */
const waitForOthers = Effect.fnUntraced(function* (error: ReadError | ReadingSlow) {
  if (error._tag === "ReadingSlow") return waitForPractice
  if (error._tag === "RecordMisfit" || error._tag === "RecordUnnamed") return undefined
  const verdict = verdictOf(error)
  switch (verdict._tag) {
    case "Told": {
      const now = yield* DateTime.now
      const until = Option.getOrElse(DateTime.make(verdict.retryAt), () => now)
      return Math.max(0, DateTime.toEpochMillis(until) - DateTime.toEpochMillis(now))
    }
    case "Out":
      return waitForPractice
    case "Ours":
      return waitForOurselves
    default:
      return undefined
  }
})

/** A handler that passes on what a call of athenahealth's failed with is not to blame for it. */
const isOfOthers = (error: unknown): error is AthenaError | AuditTrailUnavailable =>
  error instanceof AthenaError || error instanceof AuditTrailUnavailable

/** A practice, a budget, a day's quota or a database that has to be waited for costs no attempt; everything else does. */
export const judge = Effect.fnUntraced(function* (
  cause: Cause.Cause<unknown>,
  handler: ReadyHandler,
  { attempts }: Claimed
): Effect.fn.Return<Again> {
  const squashed = Cause.hasInterruptsOnly(cause) ? undefined : Cause.squash(cause)
  const told = squashed instanceof ReadingFailed ? squashed.error : isOfOthers(squashed) ? squashed : undefined
  const wait = told === undefined ? undefined : yield* waitForOthers(told)
  const error = told ?? squashed
  const tag = error === undefined ? "Interrupted" : tagOf(error)
  if (wait !== undefined) return { tag, waitMillis: wait, isAttempt: false, isLast: false }
  return { tag, waitMillis: waitAfter(attempts - 1), isAttempt: true, isLast: attempts >= handler.attempts }
})
