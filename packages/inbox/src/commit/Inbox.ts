/**
 * The durable inbox: what was accepted is committed, and only then may its sender be told so.
 *
 * signature verified, Bundle read → `accept`: one statement with events, records to read, all or nothing → 200
 *
 * Killed before the commit, the sender has no answer and sends again; killed after it, the sender may send again as well,
 * and the event is known by its id. Notifications that come at the same time share a commit. An answer comes in time also
 * when the database does not: the sender then sends again, and what was committed all the same is known.
 *
 * It has connections of its own, so that no other work in the process keeps an acknowledgement waiting.
 */
import * as GroupCommit from "@athena-engine/athena-core/batching/GroupCommit"
import { fromSqlError } from "@athena-engine/database/errors/DatabaseError"
import * as PgClient from "@effect/sql-pg/PgClient"
import { Context, Duration, Effect, Layer } from "effect"
import * as Reactivity from "effect/reactivity/Reactivity"
import type { SqlError } from "effect/sql/SqlError"
import { InboxBusy } from "./InboxBusy.ts"
import type { Receipt, Received, ReceivedEvent } from "./Received.ts"
import { commitNotifications } from "./sql/commitNotifications.ts"

export interface Options {
  /** Whether a record is read for the event; those for which none is are kept. */
  readonly isWork: (event: ReceivedEvent) => boolean
  /** Notifications that may wait for the database. 2,000 by default: at 1 MiB each of them is ids alone by then. */
  readonly capacity?: number
}

/** The sender waits two seconds; what lies before and behind the commit needs some of it. */
const patience = Duration.millis(1200)

export class Inbox extends Context.Service<
  Inbox,
  {
    /** Commits, then answers. Safe to repeat. Fails with `InboxBusy` within 1.2 s. */
    readonly accept: (received: Received) => Effect.Effect<Receipt, InboxBusy>
    /** Notifications that wait for the database now. */
    readonly waiting: Effect.Effect<number>
  }
>()("inbox/commit/Inbox") {
  static readonly layer = (options: Options): Layer.Layer<Inbox, SqlError, PgClient.PgClient> =>
    Layer.effect(Inbox, make(options)).pipe(Layer.provide(Reactivity.layer))
}

const busy = (error: SqlError) =>
  new InboxBusy({ reason: "not-committed", kind: fromSqlError("inbox.accept", error).kind })

/** A statement that holds on to its connection for longer would keep the next ones waiting. */
const sessionSettings = { timezone: "UTC", statement_timeout: "1100", lock_timeout: "900" }

const make = Effect.fnUntraced(function* (options: Options) {
  const { config } = yield* PgClient.PgClient
  const sql = yield* PgClient.make({
    ...config,
    minConnections: 0,
    maxConnections: 2,
    connectTimeout: "1 second",
    startupParameters: { ...config.startupParameters, ...sessionSettings }
  })

  const writer = yield* GroupCommit.make<Received, ReadonlySet<string>, InboxBusy>({
    commit: (notifications) => Effect.mapError(commitNotifications(sql, notifications), busy),
    timeout: patience,
    maxBatch: 256,
    capacity: options.capacity ?? 2000,
    refuse: (why) =>
      why === "full" ? new InboxBusy({ reason: "full" }) : new InboxBusy({ reason: "not-committed", kind: why }),
    // What a single event may be blamed for: a text that the database does not take.
    blamesOne: ({ kind }) => kind === "UnknownError" || kind === "ConstraintError"
  })

  const judged = (event: ReceivedEvent): ReceivedEvent =>
    event.keptBecause === undefined && !options.isWork(event) ? { ...event, keptBecause: "no-resource" } : event

  const accept = (received: Received) =>
    received.events.length === 0 && received.unread === undefined
      ? Effect.succeed<Receipt>({ fresh: 0, known: 0 })
      : Effect.map(writer.write({ ...received, events: received.events.map(judged) }), (committed): Receipt => {
          const fresh = received.events.filter(({ eventId }) => committed.has(eventId)).length
          return { fresh, known: received.events.length - fresh }
        })

  return Inbox.of({ accept, waiting: writer.waiting })
})
