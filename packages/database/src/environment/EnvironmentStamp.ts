/**
 * Which environment's data a database holds.
 *
 * Stamped once, at the first write, and never changed: synthetic people must not get among real ones. Stamping
 * needs `metaMigrations`; a database without them is unstamped.
 */
import { Effect, Option, Schema } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { type DatabaseError, mapSqlError, serverFields } from "../errors/DatabaseError.ts"

/** The vendor's environments, as `ATHENA_ENVIRONMENT` names them. */
export const Environment = Schema.Literals(["simulator", "sandbox", "production"])
export type Environment = typeof Environment.Type

/** The database belongs to another environment. Nothing was written. */
export class EnvironmentMismatch extends Schema.TaggedError<EnvironmentMismatch>()("EnvironmentMismatch", {
  /** The database's environment. */
  found: Environment,
  /** The program's environment. */
  wanted: Environment
}) {
  override get message(): string {
    return (
      `This database holds data of the environment ${this.found}, and the program runs for ${this.wanted}. ` +
      `Set ATHENA_ENVIRONMENT=${this.found}, or use another database (DATABASE_URL or ATHENA_DATA_DIR) for ${this.wanted}.`
    )
  }
}

/** The environment a database is stamped with, if it is. */
export const read: Effect.Effect<Option.Option<Environment>, DatabaseError, SqlClient> = Effect.gen(function* () {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly environment: Environment }>`select environment from athena_meta.environment`.pipe(
    // 42P01 undefined table, 3F000 undefined schema.
    Effect.catch((error) =>
      ["42P01", "3F000"].includes(serverFields(error).code ?? "") ? Effect.succeed([]) : Effect.fail(error)
    )
  )
  return Option.map(Option.fromUndefinedOr(rows[0]), ({ environment }) => environment)
}).pipe(mapSqlError("environment.read"))

/** Fails if the database is stamped with another environment; an unstamped one passes and stays unstamped. Changes nothing. */
export const check = Effect.fn("EnvironmentStamp.check")(function* (
  wanted: Environment
): Effect.fn.Return<void, EnvironmentMismatch | DatabaseError, SqlClient> {
  const found = yield* read
  if (Option.isSome(found) && found.value !== wanted) {
    return yield* new EnvironmentMismatch({ found: found.value, wanted })
  }
})

/** Stamps the database, or makes sure that it is stamped with `wanted`. Before the first write; of two at once, one wins. */
export const ensure = Effect.fn("EnvironmentStamp.ensure")(function* (
  wanted: Environment
): Effect.fn.Return<void, EnvironmentMismatch | DatabaseError, SqlClient> {
  const sql = yield* SqlClient
  const found = yield* read
  if (Option.isNone(found)) {
    yield* sql`insert into athena_meta.environment (environment) values (${wanted}) on conflict do nothing`.pipe(
      mapSqlError("environment.stamp")
    )
  }
  yield* check(wanted)
})
