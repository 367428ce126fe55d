/**
 * Group commit: callers hand in items one at a time, one writer fiber commits them many at a time, so that the price of a
 * durable commit is paid once for all who wait.
 *
 * - idle: the writer waits for an item; the first one is written at once, without a delay
 * - writing: what callers hand in meanwhile collects in the queue
 * - then the writer takes all that collected, up to the cap, as the next batch; each caller is told
 *   only when the batch that holds its item is committed
 *
 * A batch that is refused for what is in it is written again one item at a time.
 *
 * A caller waits no longer than `timeout`. Its item is then dropped if it was not taken yet; if its batch is in flight, it
 * may still be committed, and more is kept than was told, never less.
 * The writer is a fiber of its own, so that no write joins a transaction of a caller.
 */
import { Cause, Deferred, type Duration, Effect, Exit, Fiber, Queue } from "effect"

/** What callers are told when it is not the commit itself that failed. */
export type Refusal = "timeout" | "closed" | "defect" | "full"

export interface Options<Item, Committed, E> {
  /** Commits a batch, whole or not at all, in one transaction. */
  readonly commit: (items: ReadonlyArray<Item>) => Effect.Effect<Committed, E>
  /** The longest that a caller waits, and that a batch may take. */
  readonly timeout: Duration.Duration
  readonly maxBatch: number
  /** Items that may wait; the next caller is refused as `full`. Without it, any number. */
  readonly capacity?: number
  readonly refuse: (why: Refusal) => E
  /** Whether it is one item's fault, for which its neighbours must not fail. */
  readonly blamesOne: (error: E) => boolean
}

interface Pending<Item, Committed, E> {
  readonly item: Item
  readonly committed: Deferred.Deferred<Committed, E>
}

/** Builds the writer; it lives as long as the scope, and at its end writes out what was handed in. */
export const make = Effect.fnUntraced(function* <Item, Committed, E>(options: Options<Item, Committed, E>) {
  const queue = yield* Queue.unbounded<Pending<Item, Committed, E>, Cause.Done>()

  const failureOf = (cause: Cause.Cause<E>): E => {
    const failure = cause.reasons.find(Cause.isFailReason)
    return failure?.error ?? options.refuse(Cause.hasInterruptsOnly(cause) ? "closed" : "defect")
  }

  const writeBatch = Effect.fnUntraced(function* (
    batch: ReadonlyArray<Pending<Item, Committed, E>>
  ): Effect.fn.Return<void> {
    const waiting = batch.filter((pending) => !Deferred.isDoneUnsafe(pending.committed))
    if (waiting.length === 0) return
    const exit = yield* options
      .commit(waiting.map((pending) => pending.item))
      .pipe(
        Effect.timeoutOrElse({ duration: options.timeout, orElse: () => Effect.fail(options.refuse("timeout")) }),
        Effect.exit
      )
    const told = Exit.isSuccess(exit) ? exit : Exit.fail(failureOf(exit.cause))
    if (waiting.length > 1 && Exit.isFailure(told) && options.blamesOne(failureOf(told.cause))) {
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

  /** Answers what the batch that held the item gave. */
  const write = (item: Item): Effect.Effect<Committed, E> =>
    Effect.suspend(() => {
      if (options.capacity !== undefined && Queue.sizeUnsafe(queue) >= options.capacity) {
        return Effect.fail(options.refuse("full"))
      }
      const committed = Deferred.makeUnsafe<Committed, E>()
      if (!Queue.offerUnsafe(queue, { item, committed })) return Effect.fail(options.refuse("closed"))
      return Effect.timeoutOrElse(Deferred.await(committed), {
        duration: options.timeout,
        orElse: () => {
          const failed = Exit.fail(options.refuse("timeout"))
          return Deferred.doneUnsafe(committed, failed) ? failed : Deferred.await(committed)
        }
      })
    })
  return { write, waiting: Effect.sync(() => Queue.sizeUnsafe(queue)) }
})
