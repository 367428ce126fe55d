/**
 * What works behind the receiver, in the order in which it is started: database (migrated) → athenahealth and the audit trail →
 * inbox → worker. It ends in the other order, so that what is in hand is done with or put back before the database is left.
 *
 * A database that is away is waited for. One that cannot be right, such as that of another environment, is an end.
 */
import { randomUUID } from "node:crypto"
import { RunId } from "@athena-engine/athena-core/ids/RunId"
import { type DatabaseError, mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import type { DatabaseUnavailable } from "@athena-engine/database/errors/DatabaseUnavailable"
import { Inbox } from "@athena-engine/inbox/commit/Inbox"
import { tableOf } from "@athena-engine/inbox/process/readers"
import { startWorker } from "@athena-engine/inbox/process/Worker"
import { athena, Origin, simulatedHost } from "@athena-engine/program/services/athena"
import { auditContext, holder } from "@athena-engine/program/services/auditContext"
import { database, type PreparationError } from "@athena-engine/program/services/database"
import type { Simulator } from "@athena-engine/simulator/Simulator"
import type { SimulatorServerError } from "@athena-engine/simulator/server/SimulatorServer"
import { Effect, Exit, Layer, Schedule, Scope } from "effect"
import type { WebhookServerSettings } from "../configuration/webhookServerSettings.ts"

export type EngineError = DatabaseUnavailable | DatabaseError | PreparationError | SimulatorServerError

const inbox = Layer.effectContext(
  mapSqlError("inbox.connect")(Layer.build(Inbox.layer({ isWork: ({ resource }) => tableOf(resource) !== undefined })))
)

/** What the engine's parts are built from; a team's own parts as well. */
export const services = (settings: WebhookServerSettings) =>
  Layer.mergeAll(
    athena(settings),
    Origin.layer(settings),
    settings.environment === "simulator" ? simulatedHost : Layer.empty,
    inbox
  ).pipe(
    Layer.provideMerge(database(settings, "write")),
    Layer.provideMerge(auditContext(settings.serviceIdentity, "webhook"))
  )

/** The simulated host is there in the simulator alone. */
export type EngineServices = Exclude<Layer.Success<ReturnType<typeof services>>, Simulator>

/** How long what is in hand may take when the server is to stop. */
const grace = "10 seconds"

const startOnce = Effect.fnUntraced(function* (settings: WebhookServerSettings) {
  const context = yield* Layer.build(services(settings))
  const by = { runId: RunId.make(randomUUID()), holder: yield* holder }
  yield* Effect.provide(startWorker(by, grace), context)
  return context
})

/** Whether there may be a database later where there is none now. */
const isAway = (error: EngineError): boolean =>
  (error._tag === "DatabaseError" && error.isTransient) ||
  (error._tag === "DatabaseUnavailable" && (error.reason === "Unreachable" || error.reason === "TooManyConnections"))

/** 250 ms doubling to 5 s. */
const again = Schedule.min([Schedule.exponential("250 millis"), Schedule.spaced("5 seconds")])

/** Starts all of it in the scope, and starts it anew while the database is away. */
export const startEngine = Effect.fnUntraced(function* (settings: WebhookServerSettings) {
  const scope = yield* Effect.scope
  const attempt = Effect.gen(function* () {
    const own = yield* Scope.fork(scope)
    return yield* Effect.onError(Scope.provide(startOnce(settings), own), (cause) =>
      Scope.close(own, Exit.failCause(cause))
    )
  })
  return yield* attempt.pipe(
    Effect.tapError((error) => (isAway(error) ? Effect.logWarning(error.message) : Effect.void)),
    Effect.retry({ schedule: again, while: isAway })
  )
})
