/**
 * Calls the handlers: each has a loop and calls of its own, so that one that is slow or fails keeps no other waiting, and no
 * record either. Any number of processes may do so on one database.
 *
 * A loop sleeps until deliveries were written in this process, until one of its own is done with, or for a second.
 *
 * When its scope ends it claims nothing more. What runs may end in peace for a while; then it is interrupted and put back.
 */
import { CurrentAuditContext } from "@athena-engine/athena-core/audit/AuditContext"
import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { makeKnowDepartment } from "@athena-engine/sync/fresh/knownDepartments"
import { Duration, Effect, FiberSet, Latch } from "effect"
import { Handlers, type ReadyHandler } from "../handlers/Handlers.ts"
import type { Holder } from "../process/processRecord.ts"
import { deliver } from "./deliver.ts"
import { claimDeliveries } from "./sql/claimDeliveries.ts"

const longestSleep = Duration.seconds(1)
const usualGrace = Duration.seconds(10)

/** Starts to call the handlers, in the scope. `grace`: how long what runs may take at its end; 10 s by default. */
export const startDeliveries = Effect.fnUntraced(
  function* (by: Holder, grace: Duration.Input = usualGrace) {
    const { all, readings, sleepers } = yield* Handlers
    const deliverer = { ...by, readings, know: yield* makeKnowDepartment(by) }
    const calls = yield* FiberSet.make<void, never>()
    let isStopping = false

    const serve = Effect.fnUntraced(function* (handler: ReadyHandler) {
      const isAwake = yield* Latch.make(true)
      yield* Effect.acquireRelease(
        Effect.sync(() => sleepers.add(isAwake)),
        () => Effect.sync(() => sleepers.delete(isAwake))
      )
      let inHand = 0
      const given = Effect.suspend(() => {
        inHand--
        return Latch.open(isAwake)
      })
      // What was claimed is in somebody's hand, also when this is interrupted in between.
      const claimSome = Effect.gen(function* () {
        const free = handler.concurrency - inHand
        if (free === 0 || isStopping) return
        const claimed = yield* claimDeliveries(handler, free, { holder: by.holder, memory: readings.name })
        inHand += claimed.length
        yield* Effect.forEach(
          claimed,
          (one) => FiberSet.run(calls, Effect.ensuring(Effect.interruptible(deliver(handler, one, deliverer)), given)),
          { discard: true }
        )
      }).pipe(Effect.uninterruptible, mapSqlError("deliveries.claim"))

      const turn = Effect.gen(function* () {
        yield* Latch.close(isAwake)
        yield* claimSome
        yield* Effect.timeoutOption(Latch.await(isAwake), longestSleep)
      })
      return yield* turn.pipe(
        Effect.catchTag("DatabaseError", (error) =>
          Effect.andThen(Effect.logWarning(error.message), Effect.sleep(longestSleep))
        ),
        Effect.forever
      )
    }, Effect.scoped)

    yield* Effect.addFinalizer(() =>
      Effect.gen(function* () {
        isStopping = true
        yield* Effect.timeoutOption(FiberSet.awaitEmpty(calls), grace)
      })
    )
    yield* Effect.forEach(all, (handler) => Effect.forkScoped(serve(handler)), { discard: true })
  },
  (effect, by, _grace?: Duration.Input) =>
    Effect.flatMap(CurrentAuditContext, (context) =>
      Effect.provideService(effect, CurrentAuditContext, { ...context, runId: by.runId, source: "webhook" as const })
    )
)
