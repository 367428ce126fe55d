/**
 * The database of a program: a PostgreSQL by URL, or the embedded one.
 *
 * Gives `PgClient` and `SqlClient` over a pool of at most 10 connections, with UTC as time zone. The
 * server's version is checked once, at the start. Anything that stands in the way is one `DatabaseUnavailable`.
 */
import * as fs from "node:fs"
import * as PgClient from "@effect/sql-pg/PgClient"
import { Config, Effect, Layer, Option, Redacted, type Result, type Scope } from "effect"
import type * as Reactivity from "effect/reactivity/Reactivity"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as ConnectionUrl from "./ConnectionUrl.ts"
import * as EmbeddedPostgres from "./embedded/EmbeddedPostgres.ts"
import * as ServerProcess from "./embedded/ServerProcess.ts"
import { explain } from "./errors/ConnectFailure.ts"
import { DatabaseUnavailable } from "./errors/DatabaseUnavailable.ts"
import { withBoundedControls } from "./outages/withBoundedControls.ts"
import * as ServerVersion from "./ServerVersion.ts"

/** Which database. */
export type Options =
  | {
      readonly _tag: "Url"
      /** A `postgresql://` URL; `sslmode`, `sslrootcert`, `application_name` and `host=/socket/folder` are honoured. */
      readonly url: Redacted.Redacted
    }
  | {
      readonly _tag: "Embedded"
      /** The data folder; made if it is missing. */
      readonly dataDir: string
    }

/** What every session gets: a forgotten transaction or a statement gone wild ends by itself. */
const sessionSettings = {
  timezone: "UTC",
  statement_timeout: "600000",
  idle_in_transaction_session_timeout: "600000"
}

/** Connects as `options` say. An embedded server is started or adopted, and stopped by the last one who leaves. */
export const layer = (options: Options): Layer.Layer<PgClient.PgClient | SqlClient, DatabaseUnavailable> =>
  PgClient.layerFrom(options._tag === "Url" ? connectByUrl(options.url) : connectEmbedded(options.dataDir))

/** `DATABASE_URL`, or else the embedded PostgreSQL in `ATHENA_DATA_DIR` (`.athena` in the working directory). */
export const config: Config.Config<Options> = Config.all({
  url: Config.option(Config.Redacted("DATABASE_URL")),
  dataDir: Config.String("ATHENA_DATA_DIR").pipe(Config.withDefault(".athena"))
}).pipe(
  Config.map(
    ({ url, dataDir }): Options =>
      Option.isSome(url) && Redacted.value(url.value) !== ""
        ? { _tag: "Url", url: url.value }
        : { _tag: "Embedded", dataDir }
  )
)

/** Connects as the environment says. */
export const layerConfig: Layer.Layer<PgClient.PgClient | SqlClient, DatabaseUnavailable | Config.ConfigError> =
  Layer.unwrap(Effect.map(config, layer))

type Connecting = Effect.Effect<PgClient.PgClient, DatabaseUnavailable, Scope.Scope | Reactivity.Reactivity>

const connectEmbedded = Effect.fnUntraced(function* (
  dataDir: string
): Effect.fn.Return<Effect.Success<Connecting>, DatabaseUnavailable, Effect.Services<Connecting>> {
  const server = yield* EmbeddedPostgres.use({ dataDir })
  return yield* connect(
    { ...ServerProcess.connectionTo(server.socketFolder), applicationName: "athena-engine" },
    `the embedded database in ${dataDir}`
  )
})

const connectByUrl = Effect.fnUntraced(function* (
  raw: Redacted.Redacted
): Effect.fn.Return<Effect.Success<Connecting>, DatabaseUnavailable, Effect.Services<Connecting>> {
  const target = yield* Effect.fromResult(ConnectionUrl.parse(raw))
  if (target.isRemote && !target.isEncrypted) {
    yield* Effect.logWarning("DATABASE_URL goes over a network without TLS; add sslmode=require to it")
  }
  const ca = yield* readRootCertificate(target)
  return yield* connect(
    {
      url: target.url,
      keepAlive: "30 seconds",
      ...(ca === undefined ? {} : { ssl: { ca } }),
      // What the URL says itself goes first.
      ...(target.names("application_name") ? {} : { applicationName: "athena-engine" }),
      ...(target.names("connect_timeout") ? { connectTimeout: undefined } : {})
    },
    target.where
  )
})

const readRootCertificate = Effect.fnUntraced(function* ({
  isEncrypted,
  rootCertificate
}: ConnectionUrl.ConnectionUrl): Effect.fn.Return<string | undefined, DatabaseUnavailable> {
  if (rootCertificate === undefined || rootCertificate === "system" || !isEncrypted) return undefined
  return yield* Effect.try({
    try: () => fs.readFileSync(rootCertificate, "utf8"),
    catch: () =>
      new DatabaseUnavailable({
        reason: "TlsFailed",
        problem: "The certificate file that sslrootcert names can't be read",
        mend: "Correct sslrootcert in DATABASE_URL, or name the file in NODE_EXTRA_CA_CERTS"
      })
  })
})

const connect = Effect.fnUntraced(function* (options: PgClient.PgPoolConfig, where: string) {
  const unavailable = Effect.mapError((error: SqlError) => explain(error, where))
  const client = yield* unavailable(
    PgClient.make({ maxConnections: 10, connectTimeout: "10 seconds", startupParameters: sessionSettings, ...options })
  )
  const [found] = yield* unavailable(
    client<ServerVersion.ServerVersion>`
      select current_setting('server_version_num')::int as number, current_setting('server_version') as version`
  )
  yield* ServerVersion.check(found, where)
  return withBoundedControls(client)
})

/** A readable URL's way of travelling, for `doctor`; fails as `layer` would. */
export const inspectUrl = (
  url: Redacted.Redacted
): Result.Result<Pick<ConnectionUrl.ConnectionUrl, "where" | "isRemote" | "isEncrypted">, DatabaseUnavailable> =>
  ConnectionUrl.parse(url)
