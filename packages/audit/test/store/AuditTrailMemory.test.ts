import * as AuditTrailMemory from "../../src/store/AuditTrailMemory.ts"
import { suite } from "./AuditTrail.suite.ts"

suite("memory", AuditTrailMemory.layer)
