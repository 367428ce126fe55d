/** A program that reads the feed of practice 195900's appointments over HTTP, to be killed meanwhile. `DATABASE_URL` and `ORIGIN` say where. */
import * as PgClient from "@effect/sql-pg/PgClient"
import { Effect, Layer, Redacted } from "effect"
import { FetchHttpClient } from "effect/http"
import { program } from "../support/engine.ts"
import { changes } from "../support/feeds.ts"

const { DATABASE_URL = "", ORIGIN = "" } = process.env

const world = program(ORIGIN).pipe(
  Layer.provide(FetchHttpClient.layer),
  Layer.provideMerge(PgClient.layer({ url: Redacted.make(DATABASE_URL) }))
)

Effect.runPromise(Effect.provide(changes(), world))
