/**
 * Transactions that end in bounded time on a connection whose other end has vanished without a word.
 *
 * `effect/sql` runs BEGIN, COMMIT and ROLLBACK where nothing can interrupt them, which is right: nobody may leave between a
 * COMMIT and its answer. But then a peer that is cut off holds them until the system's TCP gives up, after a quarter of an
 * hour. Here each has a time of its own; when it is up,
 *
 * 1. the driver cancels the statement, and gives the connection up if that is not answered either (5 s);
 * 2. BEGIN and COMMIT fail as a lost connection does. Whether such a COMMIT took place is unknown;
 * 3. ROLLBACK on a connection that is given up is done: the server rolls back what has no session any more. The
 *    error that asked for it is told, not that of the rollback.
 *
 * All else is the transaction of `effect/sql`, built by its own `makeWithTransaction`.
 */
import type * as PgClient from "@effect/sql-pg/PgClient"
import { type Duration, Effect, Predicate } from "effect"
import { makeWithTransaction } from "effect/sql/SqlClient"
import type { Connection } from "effect/sql/SqlConnection"
import { ConnectionError, SqlError, UnknownError } from "effect/sql/SqlError"

/** A COMMIT may wait for disks and standbys; the others have nothing to wait for. */
const commitTime = "30 seconds"
const controlTime = "10 seconds"

/** The client, with transactions whose control statements are bounded in time. */
export const withBoundedControls = (client: PgClient.PgClient): PgClient.PgClient =>
  Object.assign(client, {
    withTransaction: makeWithTransaction({
      transactionService: client.transactionService,
      spanAttributes: [["db.system.name", "postgresql"]],
      acquireConnection: (restore) => restore(client.reserve),
      begin: (connection, statement) =>
        statement === undefined
          ? control(connection, "BEGIN")
          : within(controlTime, connection.executeUnprepared(statement, [], undefined)),
      commit,
      rollback,
      savepoint: (connection, id) => control(connection, `SAVEPOINT effect_sql_${id}`),
      releaseSavepoint: (connection, id) => control(connection, `RELEASE SAVEPOINT effect_sql_${id}`),
      rollbackSavepoint: (connection, id) => control(connection, `ROLLBACK TO SAVEPOINT effect_sql_${id}`)
    })
  })

const within = <A>(time: Duration.Input, effect: Effect.Effect<A, SqlError>): Effect.Effect<A, SqlError> =>
  Effect.timeoutOrElse(effect, { duration: time, orElse: () => Effect.fail(unanswered) })

const unanswered = new SqlError({
  reason: new ConnectionError({ cause: undefined, message: "The server does not answer", operation: "transaction" })
})

const control = (connection: Connection, statement: string): Effect.Effect<void, SqlError> =>
  within(controlTime, Effect.asVoid(connection.execute(statement, [], undefined)))

const commit = (connection: Connection): Effect.Effect<void, SqlError> =>
  Effect.flatMap(within(commitTime, connection.executeRaw("COMMIT", [])), (result) =>
    // PostgreSQL answers so when the transaction was aborted before.
    Predicate.hasProperty(result, "command") && result.command === "ROLLBACK" ? Effect.fail(aborted) : Effect.void
  )

const aborted = new SqlError({
  reason: new UnknownError({ cause: undefined, message: "COMMIT of an aborted transaction", operation: "commit" })
})

const rollback = (connection: Connection): Effect.Effect<void, SqlError> =>
  control(connection, "ROLLBACK").pipe(
    // Once more, for a ROLLBACK that was cancelled; a connection that was given up fails at once.
    Effect.retry({ times: 1 }),
    Effect.catchIf(
      ({ reason }) => reason._tag === "ConnectionError",
      () => Effect.void
    )
  )
