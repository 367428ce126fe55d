/** A fresh PostgreSQL database with the audit tables. */
import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import { auditMigrations } from "../../src/store/migrations/AuditMigrations.ts"

export const layer = TestDatabase.layer([auditMigrations])
