import type { MigrationSet } from "@athena-engine/database/migrations/MigrationSet"
import { inbox } from "./0001_inbox.ts"
import { handlers } from "./0002_handlers.ts"
import { gaps } from "./0003_gaps.ts"
import { history } from "./0004_console.ts"

/** The migrations of schema `webhook`, for the runner of the `database` package. */
export const inboxMigrations: MigrationSet = {
  schema: "webhook",
  migrations: {
    "0001_inbox": inbox,
    "0002_handlers": handlers,
    "0003_gaps": gaps,
    "0004_console": history
  }
}
