/**
 * What the commands of the event platform share. Its scopes are not among those that an app has by itself: athenahealth's API
 * operations team grants them. They are asked for by these commands alone, with a token of their own, so that a sync's token
 * does not hang on them.
 *
 * Source: https://github.com/athenahealth/aone-fhir-subscriptions (README, 2.2)
 */
import type { AuditTrail } from "@athena-engine/athena-core/audit/AuditTrail"
import { requireCredentials } from "@athena-engine/athena-core/environment/credentialsVariable"
import { AthenaError } from "@athena-engine/athena-core/errors/AthenaError"
import type { Athena } from "@athena-engine/athena-core/http/Athena"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { type ProgramSettings, programSettings } from "@athena-engine/program/configuration/settings"
import { athena } from "@athena-engine/program/services/athena"
import { auditContext } from "@athena-engine/program/services/auditContext"
import { database } from "@athena-engine/program/services/database"
import { Effect, Layer, Schema } from "effect"
import { observability } from "../output/observability.ts"
import { practicesOf } from "./runSync.ts"

/** The app may not use the event platform. */
export class ScopeNotGranted extends Schema.TaggedError<ScopeNotGranted>()("ScopeNotGranted", {
  scopes: Schema.Array(Schema.String)
}) {
  override get message() {
    return `athenahealth does not let this app use the event platform. Ask its API operations team to grant the app ${this.scopes.join(" and ")}.`
  }
}

export interface EventPlatform {
  readonly environment: ProgramSettings["environment"]
  readonly credentials: ProgramSettings["credentials"]
  /** Those of the flags, or else of `ATHENA_PRACTICES`. */
  readonly practices: ReadonlyArray<PracticeId>
}

const isOfScope = (error: unknown): boolean => {
  if (!(error instanceof AthenaError)) return false
  const { endpoint, reason } = error
  return reason._tag === "InvalidCredentials"
    ? ["invalid_scope", "insufficient_scope", "access_denied"].includes(reason.code)
    : reason._tag === "PermissionDenied" && endpoint.includes("/fhir/r4/Subscription")
}

/** Runs `program` with these scopes of `system/` beside those of the configuration. */
export const onEventPlatform = Effect.fnUntraced(function* <E>(
  command: string,
  practicesAsked: ReadonlyArray<PracticeId>,
  scopes: ReadonlyArray<string>,
  program: (platform: EventPlatform) => Effect.Effect<void, E, Athena | AuditTrail>
) {
  const configured = yield* programSettings
  const practices = yield* practicesOf(command, { practice: practicesAsked }, configured)
  yield* requireCredentials(configured.environment, configured.credentials, practices)
  const wanted = scopes.map((scope) => `system/${scope}`)
  const settings = { ...configured, scope: [...new Set([...configured.scope.split(/\s+/), ...wanted])].join(" ") }
  const explain = Effect.mapError((error: E) => (isOfScope(error) ? new ScopeNotGranted({ scopes: wanted }) : error))
  const services = athena(settings).pipe(
    Layer.provideMerge(database(settings, "write")),
    Layer.provideMerge(auditContext(settings.serviceIdentity, "sync")),
    Layer.provideMerge(observability(settings))
  )
  const { credentials, environment } = settings
  return yield* Effect.provide(explain(program({ environment, credentials, practices })), services)
})
