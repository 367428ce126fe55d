/**
 * What works behind the receiver, in the order in which it is started: database (migrated) → athenahealth and the audit trail →
 * handlers and inbox → the worker, who reads records · deliveries to handlers · catch-ups and the watch over gaps · signs of life.
 * It ends in the other order, so that what is in hand is done with or put back before the database is left.
 *
 * A database that is away is waited for. One that cannot be right, such as that of another environment, is an end.
 */
import { randomUUID } from "node:crypto"
import type { AuditTrail } from "@athena-engine/athena-core/audit/AuditTrail"
import type { Athena } from "@athena-engine/athena-core/http/Athena"
import { RunId } from "@athena-engine/athena-core/ids/RunId"
import { type DatabaseError, mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import type { DatabaseUnavailable } from "@athena-engine/database/errors/DatabaseUnavailable"
import * as HandledInbox from "@athena-engine/inbox/deliver/HandledInbox"
import { startDeliveries } from "@athena-engine/inbox/deliver/startDeliveries"
import { startCatchUps } from "@athena-engine/inbox/gaps/catchUp"
import { startWatch } from "@athena-engine/inbox/gaps/keepWatch"
import { startPresence } from "@athena-engine/inbox/gaps/presence"
import * as Handlers from "@athena-engine/inbox/handlers/Handlers"
import type { Handler } from "@athena-engine/inbox/handlers/on"
import { startWorker } from "@athena-engine/inbox/process/Worker"
import { athena, Origin, simulatedHost } from "@athena-engine/program/services/athena"
import { auditContext, holder } from "@athena-engine/program/services/auditContext"
import { database, type PreparationError } from "@athena-engine/program/services/database"
import type { Simulator } from "@athena-engine/simulator/Simulator"
import type { SimulatorServerError } from "@athena-engine/simulator/server/SimulatorServer"
import { Effect, Exit, Layer, Schedule, Scope } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { WebhookServerSettings } from "../configuration/webhookServerSettings.ts"

export type EngineError =
  | DatabaseUnavailable
  | DatabaseError
  | PreparationError
  | SimulatorServerError
  | Handlers.HandlersInvalid

/** A team's own: it may call athenahealth, audited, and use the database. What else it needs, it is given before. */
export type ServerHandler = Handler<Athena | AuditTrail | SqlClient | Scope.Scope>

export type ServerHandlers = ReadonlyArray<ServerHandler>

const inbox = Layer.effectContext(mapSqlError("inbox.connect")(Layer.build(HandledInbox.layer())))

const services = (settings: WebhookServerSettings, handlers: ServerHandlers) =>
  inbox.pipe(
    Layer.provideMerge(Handlers.layer(handlers)),
    Layer.provideMerge(
      Layer.mergeAll(
        athena(settings),
        Origin.layer(settings),
        settings.environment === "simulator" ? simulatedHost : Layer.empty
      )
    ),
    Layer.provideMerge(database(settings, "write")),
    Layer.provideMerge(auditContext(settings.serviceIdentity, "webhook"))
  )

/** The simulated host is there in the simulator alone. */
export type EngineServices = Exclude<Layer.Success<ReturnType<typeof services>>, Simulator>

/** How long what is in hand may take when the server is to stop. */
const grace = "10 seconds"

const newRunId = Effect.sync(() => RunId.make(randomUUID()))

const startOnce = Effect.fnUntraced(function* (settings: WebhookServerSettings, handlers: ServerHandlers) {
  const context = yield* Layer.build(services(settings, handlers))
  const by = { runId: yield* newRunId, holder: yield* holder }
  yield* Effect.gen(function* () {
    yield* startWatch({ holder: by.holder, retention: settings.retention })
    yield* startCatchUps({ holder: by.holder, newRunId })
    yield* startDeliveries(by, grace)
    yield* startWorker(by, grace)
    yield* startPresence({ copy: by.runId, holder: by.holder })
  }).pipe(Effect.provide(context))
  return context
})

/** Whether there may be a database later where there is none now. */
const isAway = (error: EngineError): boolean =>
  (error._tag === "DatabaseError" && error.isTransient) ||
  (error._tag === "DatabaseUnavailable" && (error.reason === "Unreachable" || error.reason === "TooManyConnections"))

/** 250 ms doubling to 5 s. */
const again = Schedule.min([Schedule.exponential("250 millis"), Schedule.spaced("5 seconds")])

/** Starts all of it in the scope, and starts it anew while the database is away. */
export const startEngine = Effect.fnUntraced(function* (settings: WebhookServerSettings, handlers: ServerHandlers) {
  const scope = yield* Effect.scope
  const attempt = Effect.gen(function* () {
    const own = yield* Scope.fork(scope)
    return yield* Effect.onError(Scope.provide(startOnce(settings, handlers), own), (cause) =>
      Scope.close(own, Exit.failCause(cause))
    )
  })
  return yield* attempt.pipe(
    Effect.tapError((error) => (isAway(error) ? Effect.logWarning(error.message) : Effect.void)),
    Effect.retry({ schedule: again, while: isAway })
  )
})
