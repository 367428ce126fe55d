/**
 * A sync as `athena-sync appointments` does it: all of June 2019 of every practice given. The audit trail is the one on
 * PostgreSQL, or, to tell its share, the one in memory.
 */
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { RunId } from "@athena-engine/athena-core/ids/RunId"
import { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import * as AuditTrailMemory from "@athena-engine/audit/store/AuditTrailMemory"
import * as AuditTrailSql from "@athena-engine/audit/store/AuditTrailSql"
import * as Database from "@athena-engine/database/Database"
import { Leases } from "@athena-engine/database/locks/Leases"
import { syncAppointments } from "@athena-engine/sync/appointments/SyncAppointments"
import { Effect, Layer, Redacted, Schema } from "effect"
import { measured } from "../measure/Usage.ts"
import { athena } from "./athena.ts"
import { workerMain } from "./workerMain.ts"

const Input = Schema.Struct({
  origin: Schema.String,
  databaseUrl: Schema.String,
  practices: Schema.Array(PracticeId),
  audit: Schema.Literals(["sql", "memory"]),
  /** Practices that are synced at the same time; all of them when absent. */
  practicesAtOnce: Schema.optionalKey(Schema.Int)
})

workerMain(Input, ({ origin, databaseUrl, practices, audit, practicesAtOnce }) => {
  const runId = RunId.make(crypto.randomUUID())
  const work = Effect.forEach(
    practices,
    (practiceId) =>
      syncAppointments({
        runId,
        practiceId,
        from: LocalDate.make("2019-06-01"),
        to: LocalDate.make("2019-06-30"),
        holder: "benchmark"
      }),
    { concurrency: practicesAtOnce ?? "unbounded" }
  )
  const trail = audit === "sql" ? AuditTrailSql.layer({ environment: "simulator" }) : AuditTrailMemory.layer
  const services = Layer.mergeAll(athena(origin), trail, Leases.layer).pipe(
    Layer.provideMerge(Database.layer({ _tag: "Url", url: Redacted.make(databaseUrl) }))
  )
  return Effect.map(Effect.provide(measured(work), services), ({ value, usage }) => ({ ...usage, results: value }))
})
