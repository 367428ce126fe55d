/**
 * Works the inbox off: whichever practice has records whose turn it is gets readers of its own, so that one practice that is slow
 * or out keeps no other waiting. Any number of processes may do so on one database; each record is read by one of them.
 *
 * It sleeps until it is woken by a commit, until the next record is due, or for a second.
 *
 * When its scope ends it claims nothing more, and what it has in hand is done with or put back, for others to go on with at once.
 */

import { CurrentAuditContext } from "@athena-engine/athena-core/audit/AuditContext"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { makeKnowDepartment } from "@athena-engine/sync/fresh/knownDepartments"
import { Duration, Effect, FiberMap, Latch, Semaphore } from "effect"
import { Handlers } from "../handlers/Handlers.ts"
import { type Holder, processRecord } from "./processRecord.ts"
import { claim } from "./sql/claim.ts"
import { endPause } from "./sql/pauses.ts"
import { turns } from "./sql/turns.ts"
import { listenTo } from "./wake.ts"

/** Records that a reader claims and reads at the same time. */
const handful = 4
/** Readers that a practice may have. A record that hangs holds one of them up. */
const readersOfPractice = 4
/** Records in hand over all practices: more would wait for the budget longer than their claims hold. */
const mostInHand = 64

const longestSleep = Duration.seconds(1)

/** How long what is in hand may take when the worker is to stop. */
const usualGrace = Duration.seconds(10)

/** Starts the worker, in the scope. `grace`: how long what is in hand may take at its end; 10 s by default. */
export const startWorker = Effect.fnUntraced(
  function* (by: Holder, grace: Duration.Input = usualGrace) {
    const isAwake = yield* Latch.make(true)
    const places = yield* Semaphore.make(mostInHand)
    const worker = { ...by, know: yield* makeKnowDepartment(by), handlers: yield* Handlers }
    let isStopping = false

    /** Claims some records and is done with them; answers how many. */
    const readSome = (practiceId: PracticeId) =>
      Semaphore.withPermits(
        places,
        handful
      )(
        Effect.gen(function* () {
          const claimed = yield* isStopping ? Effect.succeed([]) : claim(practiceId, handful, by.holder)
          const outcomes = yield* Effect.forEach(claimed, (work) => processRecord(work, worker), {
            concurrency: handful
          })
          if (outcomes.includes("done")) yield* endPause(practiceId)
          return claimed.length
        })
      ).pipe(mapSqlError("inbox.claim"))

    const readers = yield* FiberMap.make<string, void, never>()

    /** A reader who finds more than they can hold at once calls another one. */
    const reader = (practiceId: PracticeId): Effect.Effect<void, never, Effect.Services<ReturnType<typeof readSome>>> =>
      Effect.gen(function* () {
        while (true) {
          const found = yield* readSome(practiceId)
          if (found === 0) return
          if (found === handful) yield* callReader(practiceId)
        }
      }).pipe(
        Effect.catchTag("DatabaseError", (error) => Effect.logWarning(error.message)),
        Effect.annotateLogs({ practiceId })
      )

    /** The first who has nothing in hand: one whose record hangs keeps no other record of the practice waiting. */
    const callReader = (practiceId: PracticeId) => {
      const names = Array.from({ length: readersOfPractice }, (_, n) => `${practiceId}/${n}`)
      const free = names.find((name) => !FiberMap.hasUnsafe(readers, name))
      return free === undefined ? Effect.void : Effect.asVoid(FiberMap.run(readers, free, reader(practiceId)))
    }

    const dispatch = Effect.gen(function* () {
      yield* Latch.close(isAwake)
      const all = yield* turns.pipe(mapSqlError("inbox.turns"))
      yield* Effect.forEach(
        all.filter(({ inMillis }) => inMillis === 0),
        ({ practiceId }) => callReader(practiceId),
        { discard: true }
      )
      const next = all.flatMap(({ inMillis }) => (inMillis > 0 ? [Duration.millis(inMillis)] : []))
      const sleep = next.reduce((shortest, one) => Duration.min(shortest, one), longestSleep)
      yield* Effect.timeoutOption(Latch.await(isAwake), sleep)
    })

    const awayFor = (error: { readonly message: string }) =>
      Effect.andThen(Effect.logWarning(error.message), Effect.sleep(longestSleep))

    yield* Effect.addFinalizer(() =>
      Effect.gen(function* () {
        isStopping = true
        yield* Effect.timeoutOption(FiberMap.awaitEmpty(readers), grace)
      })
    )
    yield* Effect.forkScoped(listenTo(isAwake))
    yield* Effect.forkScoped(Effect.forever(Effect.catchTag(dispatch, "DatabaseError", awayFor)))
  },
  (effect, by, _grace?: Duration.Input) =>
    Effect.flatMap(CurrentAuditContext, (context) =>
      Effect.provideService(effect, CurrentAuditContext, { ...context, runId: by.runId, source: "webhook" as const })
    )
)
