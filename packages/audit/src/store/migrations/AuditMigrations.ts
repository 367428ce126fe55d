/** The migrations of schema `audit`, for the runner of the `database` package. */
import { auditTrail } from "./0001_audit_trail.ts"

export const auditMigrations = {
  schema: "audit",
  migrations: { "0001_audit_trail": auditTrail }
} as const
