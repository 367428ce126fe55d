/**
 * Keeps a practice's own data (departments, types, open slots …) in this process for a while. Only of lists that have no
 * patient behind them: for the others see `cachedPatientData`, which is all that compiles.
 */
import { Cache, type Duration, Effect, Stream } from "effect"
import type { ListQuery, ReferenceList } from "../endpoints/list.ts"
import type { AthenaError } from "../errors/AthenaError.ts"
import type { Athena } from "../http/Athena.ts"

export interface CacheOptions {
  /** How old an answer may be. Slots fill within minutes, departments change within months: nobody can choose it for you. */
  readonly timeToLive: Duration.Input
  /** Answers kept, of which those asked for longest ago give way. 1,000 by default. */
  readonly capacity?: number
}

export interface CachedReference<Query extends ListQuery, A> {
  /** All records of the list, in no order. Whoever asks while they are being read waits for the same answer. Errors are not kept. */
  readonly records: (query: Query) => Effect.Effect<ReadonlyArray<A>, AthenaError, Athena>
  /** Reads them anew when they are asked for next: after a booking, say. */
  readonly forget: (query: Query) => Effect.Effect<void>
}

/** A cache in front of a list without patients. Shared by whoever has it; make it once, where the program starts. */
export const cachedReference = <Query extends ListQuery, A>(
  list: ReferenceList<Query, A>,
  options: CacheOptions
): Effect.Effect<CachedReference<Query, A>> =>
  Effect.map(
    // Two queries that say the same are the same key.
    Cache.makeWith((query: Query) => Stream.runCollect(list.records(query)), {
      capacity: options.capacity ?? 1000,
      timeToLive: (exit) => (exit._tag === "Success" ? options.timeToLive : 0),
      requireServicesAt: "lookup"
    }),
    (cache) => ({
      records: (query: Query) => Cache.get(cache, query),
      forget: (query: Query) => Cache.invalidate(cache, query)
    })
  )
