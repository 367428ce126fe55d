/**
 * A program that syncs practice 195900 over HTTP, to be killed meanwhile: appointments of `FROM` to `TO`, or patients without
 * them; or the `STEPS` of a night. `DATABASE_URL` and `ORIGIN` say where.
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import { Effect, Layer, Redacted } from "effect"
import { FetchHttpClient } from "effect/http"
import type { Step } from "../../src/schedule/Job.ts"
import { program } from "../support/engine.ts"
import { night } from "../support/night.ts"
import { appointments, patients } from "../support/practice.ts"

const { DATABASE_URL = "", FROM, ORIGIN = "", STEPS, TO } = process.env

const range = FROM === undefined || TO === undefined ? undefined : { from: FROM, to: TO }
const steps = (STEPS ?? "").split(",") as ReadonlyArray<Step>
const run =
  STEPS !== undefined && range !== undefined
    ? Effect.asVoid(night(range, steps))
    : Effect.asVoid(range === undefined ? patients() : appointments(range))

const world = program(ORIGIN, { athenaClockFactor: 20 }).pipe(
  Layer.provide(FetchHttpClient.layer),
  Layer.provideMerge(PgClient.layer({ url: Redacted.make(DATABASE_URL) }))
)

Effect.runPromise(Effect.provide(run, world))
