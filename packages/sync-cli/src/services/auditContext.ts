/**
 * Who the audit trail says acted, and who holds a lease: this program, on this host.
 */

import { hostname } from "node:os"
import { type AuditContext, CurrentAuditContext } from "@athena-engine/athena-core/audit/AuditContext"
import { Effect, Layer, Option } from "effect"

/** Names the program to whoever meets its lease. */
export const holder = `athena-sync on ${hostname()} (process ${process.pid})`

/** `ATHENA_SERVICE_IDENTITY`, or `user@host`; always for health-care operations, as a sync is. */
export const auditContext = (
  serviceIdentity: Option.Option<string>,
  source: AuditContext["source"]
): Layer.Layer<never> =>
  Layer.effect(
    CurrentAuditContext,
    Effect.map(CurrentAuditContext, (context) => ({
      ...context,
      agent: {
        ...context.agent,
        identity: Option.getOrElse(serviceIdentity, () => context.agent.identity),
        program: "athena-sync"
      },
      source
    }))
  )
