import type { MigrationSet } from "@athena-engine/database/migrations/MigrationSet"
import { tables } from "./0001_tables.ts"
import { instants } from "./0002_instants.ts"
import { reference } from "./0003_reference.ts"
import { history } from "./0004_history.ts"
import { feeds } from "./0005_feeds.ts"
import { schedule } from "./0006_schedule.ts"
import { sharedJobs } from "./0007_shared_jobs.ts"
import { patientLinks } from "./0008_patient_links.ts"

/** The migrations of schema `athena`, for the runner of the `database` package. */
export const syncMigrations: MigrationSet = {
  schema: "athena",
  migrations: {
    "0001_tables": tables,
    "0002_instants": instants,
    "0003_reference": reference,
    "0004_history": history,
    "0005_feeds": feeds,
    "0006_schedule": schedule,
    "0007_shared_jobs": sharedJobs,
    "0008_patient_links": patientLinks
  }
}
