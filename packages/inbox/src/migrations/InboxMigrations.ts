import type { MigrationSet } from "@athena-engine/database/migrations/MigrationSet"
import { inbox } from "./0001_inbox.ts"

/** The migrations of schema `webhook`, for the runner of the `database` package. */
export const inboxMigrations: MigrationSet = {
  schema: "webhook",
  migrations: {
    "0001_inbox": inbox
  }
}
