/**
 * A catch-up on demand, waited for: booked, then done here, or by the copy that is at the practice's catch-ups already. Interrupted, it
 * stays booked, and whoever looks next goes on with it.
 */
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import type { RunFailure } from "@athena-engine/sync/runs/SyncResult"
import { Duration, Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { bookOnDemand } from "./bookCatchUps.ts"
import { type CatchUpOptions, catchUp } from "./catchUp.ts"

const lookEvery = Duration.seconds(1)

export interface CaughtUp {
  readonly practiceId: PracticeId
  /** Of the catch-up; none if it could not be booked. */
  readonly id: string | null
  /** Why it is still open. */
  readonly error?: RunFailure
}

interface Stand {
  readonly isFinished: boolean
  readonly tag: string | null
  readonly retryAt: string
}

const standOf = Effect.fnUntraced(function* (id: string) {
  const sql = yield* SqlClient
  const [row] = yield* sql<Stand>`
    select finished_at is not null as "isFinished", last_error_tag as tag, to_json(due_at)#>>'{}' as "retryAt"
    from webhook.catch_ups where id = ${id}::bigint`
  // A practice's data may be destroyed meanwhile.
  return row ?? { isFinished: true, tag: null, retryAt: "" }
}, mapSqlError("gaps.standOf"))

const openBecause = (practiceId: PracticeId, { retryAt, tag }: Stand & { readonly tag: string }): RunFailure => ({
  tag,
  message: `practice ${practiceId}: not all could be read (${tag}); it stays booked and is gone on with from ${retryAt}`,
  retryAt
})

/** Never fails: look at `error`. */
export const catchUpNow = Effect.fnUntraced(
  function* (practiceId: PracticeId, options: CatchUpOptions) {
    const [id = null] = yield* bookOnDemand([practiceId]).pipe(mapSqlError("gaps.book"))
    while (id !== null) {
      const isOthers = yield* catchUp(practiceId, options).pipe(
        Effect.as(false),
        Effect.catchTag("LeaseHeld", () => Effect.succeed(true))
      )
      const stand = yield* standOf(id)
      if (stand.isFinished) break
      const { tag } = stand
      if (tag !== null && !isOthers) {
        return { practiceId, id, error: openBecause(practiceId, { ...stand, tag }) } as CaughtUp
      }
      yield* Effect.sleep(lookEvery)
    }
    return { practiceId, id } as CaughtUp
  },
  (effect, practiceId) =>
    Effect.catch(effect, (error) =>
      Effect.succeed<CaughtUp>({ practiceId, id: null, error: { tag: error._tag, message: error.message } })
    )
)
