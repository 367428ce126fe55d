/** A program that syncs June 2019 slowly and tells of every window, to be killed meanwhile. `DATABASE_URL` names the database. */
import * as PgClient from "@effect/sql-pg/PgClient"
import { Effect, Layer, Redacted } from "effect"
import { SyncProgress } from "../../src/runs/SyncProgress.ts"
import { withoutDatabase } from "../support/engine.ts"
import { appointments, june } from "../support/practice.ts"
import { slowly } from "./slowly.ts"

const database = PgClient.layer({ url: Redacted.make(process.env["DATABASE_URL"] ?? "") })

const program = appointments(june).pipe(
  Effect.provideService(SyncProgress, ({ windowsDone }) =>
    Effect.sync(() => void process.stdout.write(`${windowsDone}\n`))
  ),
  Effect.provide(Layer.provideMerge(withoutDatabase({ simulator: slowly }), database))
)

Effect.runPromise(program)
