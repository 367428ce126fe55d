/**
 * What the processes of one app know together: pauses, learned rates, the day's quota, the access token. A port: without a
 * store behind it (`layerLocal`) it is the memory of one process; `@athena-engine/coordination` keeps it in PostgreSQL.
 *
 * - A **cell** holds one small value. Reading it costs nothing and gives what was last seen of it; whoever must know what
 *   others did looks first (`refresh`, or `count`, which looks at the cells of the counted names).
 * - A **counter** counts what was let through under a name, in total and since 00:00 GMT.
 *
 * Times in a cell are by this process's clock; a store between machines moves them by the difference of the clocks.
 */
import { Clock, Context, Effect, Layer, Schema } from "effect"

/** The store could not be reached for longer than a short outage takes. Nothing was reserved, and nothing may be sent. */
export class SharedStateUnavailable extends Schema.TaggedError<SharedStateUnavailable>()("SharedStateUnavailable", {}) {
  override get message() {
    return (
      "the store that the processes share their limits through cannot be reached. Nothing is sent without it: " +
      "check the database, and run again"
    )
  }
}

/** What a cell holds. */
export interface CellKind<A> {
  /** For JSON. */
  readonly schema: Schema.Codec<A, Schema.Json>
  /** What it holds before anybody wrote. */
  readonly initial: A
  /** The same moments by a clock that is ahead by `millis`. */
  readonly shifted: (value: A, millis: number) => A
  /** Never leaves the process unless encrypted. */
  readonly isSecret: boolean
}

export interface Cell<A> {
  readonly name: string
  /** As it was last seen. */
  readonly current: () => A
  /** Looks what others wrote. */
  readonly refresh: Effect.Effect<A, SharedStateUnavailable>
  /**
   * Changes it, for everyone. `change` is a pure function: it is applied again where another process was quicker. While the
   * store cannot be reached it changes what this process knows, and the others hear of it later.
   */
  readonly update: (change: (value: A) => A) => Effect.Effect<A>
}

/** How often something was let through, by all processes. */
export interface Tally {
  readonly total: number
  /** Of the day of the last one. */
  readonly today: number
  /** That day, since 1970, by GMT. */
  readonly day: number
}

export interface Counter {
  readonly name: string
  /** As it was last seen. */
  readonly current: () => Tally
}

export class SharedState extends Context.Service<
  SharedState,
  {
    /** The cell of that name; every caller of a process gets the same one. */
    readonly cell: <A>(name: string, kind: CellKind<A>) => Cell<A>
    readonly counter: (name: string) => Counter
    /** Counts one under each of the names, and looks at the cells of these names. */
    readonly count: (names: ReadonlyArray<string>) => Effect.Effect<void, SharedStateUnavailable>
    /** Who waits for a time that others may put off looks again after so many milliseconds; infinite where there are no others. */
    readonly lookAgainMillis: number
  }
>()("athena-core/coordination/SharedState") {
  /** Known to this process alone. */
  static readonly layerLocal: Layer.Layer<SharedState> = Layer.sync(SharedState, () => makeLocal())
}

/** The day since 1970, by GMT, as the vendor's quota counts days. */
export const dayOf = (now: number): number => Math.floor(now / 86_400_000)

/** A cell of this process alone. */
export const localCell = <A>(name: string, kind: CellKind<A>): Cell<A> => {
  let value = kind.initial
  return {
    name,
    current: () => value,
    refresh: Effect.sync(() => value),
    update: (change) =>
      Effect.sync(() => {
        value = change(value)
        return value
      })
  }
}

/** Nothing was counted yet. */
export const emptyTally: Tally = { total: 0, today: 0, day: -1 }

const makeLocal = () => {
  // Of many types: a name is only ever used with one kind.
  const cells = new Map<string, unknown>()
  const tallies = new Map<string, Tally>()

  return SharedState.of({
    cell: <A>(name: string, kind: CellKind<A>): Cell<A> => {
      const known = cells.get(name) as Cell<A> | undefined
      if (known !== undefined) return known
      const made = localCell(name, kind)
      cells.set(name, made)
      return made
    },
    counter: (name) => ({ name, current: () => tallies.get(name) ?? emptyTally }),
    count: (names) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        const day = dayOf(now)
        for (const name of names) {
          const known = tallies.get(name) ?? emptyTally
          tallies.set(name, { total: known.total + 1, today: known.day === day ? known.today + 1 : 1, day })
        }
      }),
    lookAgainMillis: Number.POSITIVE_INFINITY
  })
}
