/**
 * The sessions that limits are kept through: two, apart from the program's pool, so that bulk writes never make a request
 * wait for its turn. A statement here is one round trip and one row.
 */

import { DatabaseError, mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { rideOut } from "@athena-engine/database/outages/rideOut"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as PgPool from "@effect/sql-pg/PgPool"
import { Duration, Effect, type Scope } from "effect"

/** A row, by column. */
export type Row = Readonly<Record<string, unknown>>

export interface Session {
  /** Once. Fails when there is no answer within 3 s. */
  readonly run: (
    operation: string,
    statement: string,
    parameters: ReadonlyArray<unknown>
  ) => Effect.Effect<ReadonlyArray<Row>, DatabaseError>
  /** The same, and waits for a database that is away for up to 20 s. What is counted twice for that is only counted too much. */
  readonly runPatiently: Session["run"]
}

const answerTime = Duration.seconds(3)

export const make: Effect.Effect<Session, DatabaseError, PgClient.PgClient | Scope.Scope> = Effect.gen(function* () {
  const { config } = yield* PgClient.PgClient
  const pool = yield* PgPool.make({
    ...config,
    multiplex: false,
    maxConnections: 2,
    minConnections: 0,
    idleTimeout: Duration.infinity
  }).pipe(mapSqlError("coordination.connect"))

  const run: Session["run"] = (operation, statement, parameters) =>
    pool
      .use((connection) => connection.query(statement, parameters))
      .pipe(
        mapSqlError(operation),
        Effect.timeoutOrElse({
          duration: answerTime,
          orElse: () => Effect.fail(new DatabaseError({ operation, kind: "ConnectionError" }))
        }),
        Effect.map(({ rows }) => rows as ReadonlyArray<Row>)
      )

  return {
    run,
    runPatiently: (operation, statement, parameters) => rideOut(operation)(run(operation, statement, parameters))
  }
})
