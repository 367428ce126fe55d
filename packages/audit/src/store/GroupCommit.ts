/**
 * Group commit: callers hand in drafts one at a time, one writer fiber commits them many at a time.
 *
 * - idle: the writer waits for a draft; the first one is written at once, without a delay
 * - writing: what callers hand in meanwhile collects in the queue
 * - then the writer takes all that collected, up to the cap, as the next batch; each caller is told
 *   only when the batch that holds its draft is committed
 *
 * A batch that the database refuses for what is in it is written again one draft at a time.
 *
 * A caller waits no longer than `timeout`. Its draft is then dropped if it was not taken yet; if its
 * batch is in flight, it may still be committed, and the trail holds more than was handed over, never less.
 * The writer is a fiber of its own, so that no write joins a transaction of a caller.
 */
import { Cause, Deferred, type Duration, Effect, Exit, Fiber, Queue } from "effect"
import type { Draft } from "../chain/AuditChain.ts"
import { WriteFailed } from "./AccessBracket.ts"

interface Pending {
  readonly draft: Draft
  readonly committed: Deferred.Deferred<void, WriteFailed>
}

/** Builds the writer; it lives as long as the scope, and at its end writes out what was handed in. */
export const make = Effect.fnUntraced(function* (options: {
  /** Commits a batch, whole or not at all, in one transaction. */
  readonly commit: (drafts: ReadonlyArray<Draft>) => Effect.Effect<void, WriteFailed>
  readonly timeout: Duration.Duration
  readonly maxBatch: number
}) {
  const queue = yield* Queue.unbounded<Pending, Cause.Done>()

  const writeBatch = Effect.fnUntraced(function* (batch: ReadonlyArray<Pending>): Effect.fn.Return<void> {
    const waiting = batch.filter((pending) => !Deferred.isDoneUnsafe(pending.committed))
    if (waiting.length === 0) return
    const exit = yield* options.commit(waiting.map((pending) => pending.draft)).pipe(
      Effect.timeoutOrElse({
        duration: options.timeout,
        orElse: () => Effect.fail(new WriteFailed({ code: "timeout" }))
      }),
      Effect.exit
    )
    const told = Exit.isSuccess(exit) ? Exit.void : Exit.fail(failureOf(exit.cause))
    if (waiting.length > 1 && blamesOneDraft(told)) {
      for (const pending of waiting) yield* writeBatch([pending])
      return
    }
    for (const pending of waiting) Deferred.doneUnsafe(pending.committed, told)
  })

  const writer = yield* Queue.takeBetween(queue, 1, options.maxBatch).pipe(
    Effect.flatMap(writeBatch),
    Effect.forever,
    Effect.catchIf(Cause.isDone, () => Effect.void),
    Effect.forkScoped
  )
  // Added after the fork, so it runs before the scope interrupts the writer.
  yield* Effect.addFinalizer(() =>
    Queue.end(queue).pipe(Effect.andThen(Effect.timeoutOption(Fiber.await(writer), options.timeout)))
  )

  const write = (draft: Draft): Effect.Effect<void, WriteFailed> =>
    Effect.suspend(() => {
      const committed = Deferred.makeUnsafe<void, WriteFailed>()
      if (!Queue.offerUnsafe(queue, { draft, committed })) return Effect.fail(new WriteFailed({ code: "closed" }))
      return Effect.timeoutOrElse(Deferred.await(committed), {
        duration: options.timeout,
        orElse: () => {
          const failed = Exit.fail(new WriteFailed({ code: "timeout" }))
          return Deferred.doneUnsafe(committed, failed) ? failed : Deferred.await(committed)
        }
      })
    })
  return { write }
})

const failureOf = (cause: Cause.Cause<WriteFailed>): WriteFailed => {
  const failure = cause.reasons.find(Cause.isFailReason)
  return failure?.error ?? new WriteFailed({ code: Cause.hasInterruptsOnly(cause) ? "closed" : "defect" })
}

/** Data (22), constraint (23) and size (54) errors: one draft's fault, for which its neighbours must not fail. */
const blamesOneDraft = (exit: Exit.Exit<void, WriteFailed>) =>
  Exit.isFailure(exit) && /^(22|23|54)/.test(failureOf(exit.cause).code)
