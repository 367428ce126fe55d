import { Layer } from "effect"
import * as AuditTrailSql from "../../src/store/AuditTrailSql.ts"
import * as AuditDatabase from "../database/AuditDatabase.ts"
import { suite } from "./AuditTrail.suite.ts"
import * as RecordedEventsSql from "./RecordedEventsSql.ts"

const trail = Layer.mergeAll(AuditTrailSql.layer({ environment: "simulator" }), RecordedEventsSql.layer)

suite("sql", Layer.provide(trail, AuditDatabase.layer))
