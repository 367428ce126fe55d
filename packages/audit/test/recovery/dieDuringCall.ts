/** A program that is killed while its call is under way. `DATABASE_URL` names the database. */
import { AuditTrail } from "@athena-engine/athena-core/audit/AuditTrail"
import { PgClient } from "@effect/sql-pg"
import { Effect, Layer, Redacted } from "effect"
import * as AuditTrailSql from "../../src/store/AuditTrailSql.ts"
import { intent, outcome } from "./deadCall.ts"

const database = PgClient.layer({ url: Redacted.make(process.env["DATABASE_URL"] ?? "") })

const program = Effect.gen(function* () {
  const trail = yield* AuditTrail
  yield* trail.access(
    intent,
    Effect.sync(() => process.kill(process.pid, "SIGKILL")),
    outcome
  )
}).pipe(Effect.provide(Layer.provide(AuditTrailSql.layer({ environment: "simulator" }), database)))

Effect.runPromise(program)
