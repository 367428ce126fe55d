/**
 * athenahealth as the environment says: the vendor's host, or the simulator, started in the process on the loopback
 * interface. The code that calls it is the same.
 */
import * as AthenaClients from "@athena-engine/athena-core/AthenaClients"
import { budgetOf } from "@athena-engine/athena-core/environment/AthenaSettings"
import * as AuditTrailSql from "@athena-engine/audit/store/AuditTrailSql"
import * as Coordination from "@athena-engine/coordination/Coordination"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { SimulatorServer } from "@athena-engine/simulator/server/SimulatorServer"
import { Context, Effect, Layer, Option } from "effect"
import type { ProgramSettings } from "../configuration/settings.ts"
import { httpClient } from "./httpDispatcher.ts"

/** The origin to talk to. */
export class Origin extends Context.Service<Origin, string>()("sync-cli/services/Origin") {
  static readonly simulator = Layer.effect(
    Origin,
    Effect.map(SimulatorServer, (server) => server.origin)
  ).pipe(Layer.provide(SimulatorServer.layer()), Layer.provide(Simulator.layer()))

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
export const athena = (settings: ProgramSettings) =>
  client(settings).pipe(
    Layer.provide(Origin.layer(settings)),
    Layer.merge(AuditTrailSql.layer({ environment: settings.environment }))
  )
