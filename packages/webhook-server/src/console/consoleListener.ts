/**
 * The page for operators, for a plain server of `node:http`: how the inbox stands, and a button that sends through again what was
 * given up. It belongs on an address of its own, apart from where notifications are received on the internet.
 */
import type { IncomingMessage, ServerResponse } from "node:http"
import type { DatabaseError } from "@athena-engine/database/errors/DatabaseError"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { type Context, Effect } from "effect"
import { HttpMiddleware } from "effect/http"
import type { SqlClient } from "effect/sql/SqlClient"
import { AddressLimit } from "../addresses/AddressLimit.ts"
import type { TrustedProxies } from "../addresses/TrustedProxies.ts"
import { Access } from "./Access.ts"
import { answer, NoDatabaseYet } from "./answer.ts"
import { isLoopback } from "./origin.ts"
import type { ConsoleSettings } from "./settings.ts"

/** Attempts to log in that an address has in a minute. */
const attemptsPerMinute = 10

export interface ConsoleOptions extends ConsoleSettings {
  readonly trustedProxies?: TrustedProxies
  /** What there is of a database now; nothing as long as the server waits for it. */
  readonly database: Effect.Effect<Context.Context<SqlClient> | undefined>
}

/** Answers all paths below `/console`, as long as the scope. */
export const consoleListener = Effect.fnUntraced(function* (options: ConsoleOptions) {
  const { database, host, token, trustedProxies = [] } = options
  const withDatabase = <A>(work: Effect.Effect<A, DatabaseError, SqlClient>) =>
    Effect.flatMap(
      database,
      (context): Effect.Effect<A, DatabaseError | NoDatabaseYet> =>
        context === undefined ? Effect.fail(new NoDatabaseYet()) : Effect.provide(work, context)
    )
  const attempts = new AddressLimit(
    { requestsPerWindow: attemptsPerMinute, windowMilliseconds: 60_000, maxAddresses: 10_000 },
    () => performance.now()
  )
  const desk = { access: new Access(token), attempts, trustedProxies, isLoopback: isLoopback(host), withDatabase }
  const handler = yield* NodeHttpServer.makeHandler(answer(desk), { scope: yield* Effect.scope }).pipe(
    Effect.provideService(HttpMiddleware.TracerDisabledWhen, () => true)
  )
  return (request: IncomingMessage, response: ServerResponse): void => handler(request, response)
})
