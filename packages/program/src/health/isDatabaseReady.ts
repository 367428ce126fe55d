import * as Migrations from "@athena-engine/database/migrations/Migrations"
import { Effect, Option } from "effect"
import { migrations } from "../services/database.ts"

/** Whether the database can be reached and is migrated. Answers within 3 s, whatever the database does. */
export const isDatabaseReady = Migrations.pending(migrations).pipe(
  Effect.map((pending) => pending.length === 0),
  Effect.orElseSucceed(() => false),
  Effect.timeoutOption("3 seconds"),
  Effect.map(Option.getOrElse(() => false))
)
