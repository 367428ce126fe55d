/**
 * `SharedState` in PostgreSQL. A cell is a row with a version, a counter is a row; looking and counting are one statement.
 * Nothing is pushed: a process sees what others wrote when it counts its next request, before that is sent.
 */
import {
  type Cell,
  type CellKind,
  emptyTally,
  localCell,
  SharedState,
  SharedStateUnavailable,
  type Tally
} from "@athena-engine/athena-core/coordination/SharedState"
import type { Vault } from "@athena-engine/athena-core/encryption/Vault"
import type { DatabaseError } from "@athena-engine/database/errors/DatabaseError"
import { rideOut } from "@athena-engine/database/outages/rideOut"
import { Clock, Effect, Option } from "effect"
import { makeCellText } from "./cellText.ts"
import { makeClockDifference } from "./clockDifference.ts"
import type { Row, Session } from "./Session.ts"
import { makeStoredCell, type StoredCell, type Versioned } from "./StoredCell.ts"

/** Who waits for a pause to end asks so often whether it was put off. */
const lookAgainMillis = 1000

/** What the database said goes to the log: callers can only do without. */
const unavailable = <A>(effect: Effect.Effect<A, DatabaseError>): Effect.Effect<A, SharedStateUnavailable> =>
  effect.pipe(
    Effect.tapError(({ message }) => Effect.logError(message)),
    Effect.mapError(() => new SharedStateUnavailable())
  )

/** What is done with a cell whatever its type. */
interface AnyCell {
  readonly version: () => number
  readonly flush: Effect.Effect<void>
  readonly learn: (version: number, text: string) => Effect.Effect<void>
}

export const make = (session: Session, vault: Option.Option<Vault>): SharedState["Service"] => {
  const difference = makeClockDifference()
  // Of many types: a name is only ever used with one kind.
  const cells = new Map<string, unknown>()
  const stored = new Map<string, AnyCell>()
  const tallies = new Map<string, Tally>()

  /** Runs a statement whose rows tell the database's time. */
  const timed = <E>(statement: Effect.Effect<ReadonlyArray<Row>, E>) =>
    Effect.gen(function* () {
      const askedAt = yield* Clock.currentTimeMillis
      const rows = yield* statement
      const moment = Number(rows[0]?.["moment"])
      if (Number.isFinite(moment)) difference.learn(askedAt, moment, yield* Clock.currentTimeMillis)
      return rows
    })

  const makeCell = <A>(name: string, kind: CellKind<A>): Cell<A> => {
    const text = makeCellText(name, kind, vault, difference)
    const versioned = (row: Row | undefined): Effect.Effect<Versioned<A> | undefined> => {
      const version = Number(row?.["version"] ?? 0)
      const value = row?.["value"]
      return version === 0 || typeof value !== "string"
        ? Effect.undefined
        : Effect.map(text.read(value), (value) => ({ version, value }))
    }
    const cell: StoredCell<A> = makeStoredCell(kind.initial, {
      read: (version) =>
        timed(
          session.run(
            "coordination.read",
            `select c.version::float8 as version, c.value, extract(epoch from clock_timestamp())::float8 * 1000 as moment
             from (select) one left join coordination.cells c on c.name = $1 and c.version <> $2::float8::bigint`,
            [name, version]
          )
        ).pipe(Effect.flatMap((rows) => versioned(rows[0]))),
      write: (expected, value) =>
        Effect.gen(function* () {
          const content = yield* text.write(value)
          const [row] = yield* session.run(
            "coordination.write",
            `select is_written as "isWritten", version, value from coordination.write($1, $2::float8, $3)`,
            [name, expected, content]
          )
          return { isWritten: row?.["isWritten"] === true, now: yield* versioned(row) }
        })
    })
    stored.set(name, {
      version: cell.version,
      flush: Effect.suspend(() => (cell.hasUnwritten() ? Effect.ignore(cell.flush) : Effect.void)),
      learn: (version, value) =>
        Effect.flatMap(versioned({ version, value }), (found) =>
          Effect.sync(() => {
            if (found !== undefined) cell.learn(found)
          })
        )
    })
    return {
      name,
      current: cell.current,
      update: cell.update,
      refresh: unavailable(rideOut("coordination.refresh")(cell.refresh))
    }
  }

  const count = Effect.fnUntraced(function* (names: ReadonlyArray<string>) {
    for (const name of names) yield* stored.get(name)?.flush ?? Effect.void
    const versions = names.map((name) => stored.get(name)?.version() ?? 0)
    const rows = yield* timed(
      session.runPatiently(
        "coordination.count",
        "select name, total, today, day, version, value, moment from coordination.count($1::text[], $2::text[]::float8[])",
        // As text: the driver has one type for all numbers of an array, and picks it by the first.
        [names, versions.map(String)]
      )
    )
    for (const row of rows) {
      const name = String(row["name"])
      tallies.set(name, { total: Number(row["total"]), today: Number(row["today"]), day: Number(row["day"]) })
      const { value, version } = row
      if (typeof value === "string") yield* stored.get(name)?.learn(Number(version), value) ?? Effect.void
    }
  })

  return SharedState.of({
    cell: <A>(name: string, kind: CellKind<A>): Cell<A> => {
      const known = cells.get(name) as Cell<A> | undefined
      if (known !== undefined) return known
      // Without a key a secret stays in the process.
      const made = kind.isSecret && Option.isNone(vault) ? localCell(name, kind) : makeCell(name, kind)
      cells.set(name, made)
      return made
    },
    counter: (name) => ({ name, current: () => tallies.get(name) ?? emptyTally }),
    count: (names) => unavailable(count(names)),
    lookAgainMillis
  })
}
