/**
 * Who the audit trail says acted, and who holds a lease: this program, on this host.
 */

import { hostname } from "node:os"
import { type AuditContext, CurrentAuditContext } from "@athena-engine/athena-core/audit/AuditContext"
import { Effect, Layer, Option } from "effect"
import { Program } from "../Program.ts"

/** Names the program to whoever meets its lease. */
export const holder = Effect.map(Program, ({ name }) => `${name} on ${hostname()} (process ${process.pid})`)

/** `ATHENA_SERVICE_IDENTITY`, or `user@host`; always for health-care operations, as a sync is. */
export const auditContext = (
  serviceIdentity: Option.Option<string>,
  source: AuditContext["source"]
): Layer.Layer<never> =>
  Layer.effect(
    CurrentAuditContext,
    Effect.gen(function* () {
      const context = yield* CurrentAuditContext
      const { name } = yield* Program
      const identity = Option.getOrElse(serviceIdentity, () => context.agent.identity)
      return { ...context, agent: { ...context.agent, identity, program: name }, source }
    })
  )
