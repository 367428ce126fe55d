/**
 * A program that syncs practice 195900 over HTTP, to be killed meanwhile: appointments of `FROM` to `TO`, or patients without
 * them. `DATABASE_URL` and `ORIGIN` say where.
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import { Effect, Layer, Redacted } from "effect"
import { FetchHttpClient } from "effect/http"
import { program } from "../support/engine.ts"
import { appointments, patients } from "../support/practice.ts"

const { DATABASE_URL = "", FROM, ORIGIN = "", TO } = process.env

const run = FROM === undefined || TO === undefined ? patients() : appointments({ from: FROM, to: TO })

const world = program(ORIGIN, { athenaClockFactor: 20 }).pipe(
  Layer.provide(FetchHttpClient.layer),
  Layer.provideMerge(PgClient.layer({ url: Redacted.make(DATABASE_URL) }))
)

Effect.runPromise(Effect.provide(run, world))
