/**
 * athenahealth as the environment says: the vendor's host, or the simulator, started in the process on the loopback
 * interface. The code that calls it is the same.
 */
import * as AthenaClients from "@athena-engine/athena-core/AthenaClients"
import type { AuditTrail } from "@athena-engine/athena-core/audit/AuditTrail"
import { budgetOf } from "@athena-engine/athena-core/environment/AthenaSettings"
import type { Athena } from "@athena-engine/athena-core/http/Athena"
import * as AuditTrailSql from "@athena-engine/audit/store/AuditTrailSql"
import * as Coordination from "@athena-engine/coordination/Coordination"
import type { DatabaseError } from "@athena-engine/database/errors/DatabaseError"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { SimulatorServer, type SimulatorServerError } from "@athena-engine/simulator/server/SimulatorServer"
import type * as PgClient from "@effect/sql-pg/PgClient"
import { Context, Effect, Layer, Option } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { ProgramSettings } from "../configuration/settings.ts"
import { httpClient } from "./httpDispatcher.ts"

/** The simulated host of this process: one, whoever asks for it. */
export const simulatedHost = Simulator.layer()

/** The origin to talk to. */
export class Origin extends Context.Service<Origin, string>()("@athena-engine/program/services/Origin") {
  static readonly simulator = Layer.effect(
    Origin,
    Effect.map(SimulatorServer, (server) => server.origin)
  ).pipe(Layer.provide(SimulatorServer.layer()), Layer.provide(simulatedHost))

  static readonly layer = (settings: ProgramSettings) =>
    Option.match(settings.origin, {
      onSome: (configured) => Layer.succeed(Origin, configured),
      onNone: () => Origin.simulator
    })
}

/** Nobody else talks to a simulator in the process; all others share their limits through the database. */
const client = (settings: ProgramSettings) =>
  Layer.unwrap(
    Effect.map(Origin, (origin) => {
      const options = {
        connection: { environment: settings.environment, origin, scope: settings.scope },
        credentials: settings.credentials,
        budget: budgetOf(settings)
      }
      const made = Option.isNone(settings.origin)
        ? AthenaClients.layer(options)
        : Layer.provide(AthenaClients.layerShared(options), Coordination.layer({ keyring: settings.encryptionKeys }))
      return Layer.provide(made, httpClient(origin))
    })
  )

/** The client, and the audit trail that its calls require. Needs the database. */
export const athena = (
  settings: ProgramSettings
): Layer.Layer<Athena | AuditTrail, DatabaseError | SimulatorServerError, PgClient.PgClient | SqlClient> =>
  client(settings).pipe(
    Layer.provide(Origin.layer(settings)),
    Layer.merge(AuditTrailSql.layer({ environment: settings.environment }))
  )
