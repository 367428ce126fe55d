import type { MigrationSet } from "@athena-engine/database/migrations/Migrations"
import { tables } from "./tables.ts"
import { urgency } from "./urgency.ts"
import { windows } from "./windows.ts"

/** Schema `coordination`. Holds nothing that must survive: see the tables. */
export const coordinationMigrations: MigrationSet = {
  schema: "coordination",
  migrations: {
    "0001_tables": tables,
    "0002_windows": windows,
    "0003_urgency": urgency
  }
}
