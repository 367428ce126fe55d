/**
 * Records that were just read, for handlers that are about to be called: kept in memory for a minute, so that no second call is
 * made for them, and nowhere else. Whoever asks for one that is not there, after a crash or in another process, has it read
 * again; all who ask for it share the call.
 */
import { randomUUID } from "node:crypto"
import type { AuditTrail } from "@athena-engine/athena-core/audit/AuditTrail"
import type { Athena } from "@athena-engine/athena-core/http/Athena"
import { Cache, Duration, Effect, Equal, Exit, Hash } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { ReadError } from "./Delivery.ts"

type ReadRecord = Effect.Effect<unknown, ReadError, Athena | AuditTrail | SqlClient>

/** Longer, and a record would not be fresh any more. */
const keptFor = Duration.minutes(1)
const mostKept = 4000

/** A reading is known by its claim's fence; `read` is for when it is not there. */
class Reading implements Equal.Equal {
  readonly fence: string
  readonly read: ReadRecord
  constructor(fence: string, read: ReadRecord) {
    this.fence = fence
    this.read = read
  }
  [Equal.symbol](that: unknown): boolean {
    return that instanceof Reading && that.fence === this.fence
  }
  [Hash.symbol](): number {
    return Hash.string(this.fence)
  }
}

export interface Readings {
  /** Names this memory among those of other processes. */
  readonly name: string
  readonly keep: (fence: string, record: unknown) => Effect.Effect<void>
  /** What was read under the claim, or what `read` says. */
  readonly get: (fence: string, read: ReadRecord) => ReadRecord
}

export const makeReadings: Effect.Effect<Readings> = Effect.map(
  Cache.makeWith((reading: Reading) => reading.read, {
    capacity: mostKept,
    timeToLive: (exit) => (Exit.isSuccess(exit) ? keptFor : Duration.zero),
    requireServicesAt: "lookup"
  }),
  (kept): Readings => ({
    name: randomUUID(),
    keep: (fence, record) =>
      Effect.andThen(
        // Walking over the keys drops those whose time is over.
        Effect.map(Cache.keys(kept), (keys) => [...keys].length),
        Cache.set(kept, new Reading(fence, Effect.succeed(record)), record)
      ),
    get: (fence, read) => Cache.get(kept, new Reading(fence, read))
  })
)
