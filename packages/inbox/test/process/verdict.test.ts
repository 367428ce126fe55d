import {
  AthenaError,
  type AthenaErrorReason,
  BudgetUnavailable,
  InvalidRequest,
  PermissionDenied,
  PracticeUnknown,
  ServerUnavailable,
  Throttled,
  TimedOut,
  Unreachable
} from "@athena-engine/athena-core/errors/AthenaError"
import { DatabaseError } from "@athena-engine/database/errors/DatabaseError"
import { RecordsUnanswered } from "@athena-engine/sync/runs/RunRefusals"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Option } from "effect"
import { ReadingSlow, verdictOf } from "../../src/process/verdict.ts"
import { practiceId } from "../support/events.ts"

const of = (reason: AthenaErrorReason) =>
  new AthenaError({
    endpoint: "GET /v1/{practiceid}/appointments/{appointmentid}",
    practiceId: Option.some(practiceId),
    requestId: Option.none(),
    attempts: 1,
    reason
  })

const retryAt = DateTime.makeUnsafe("2026-03-01T00:00:00Z")

describe("a failed reading", () => {
  it("is the practice's, the record's or our own, and where that is not clear it is asked", () => {
    for (const [error, tag] of [
      [of(new Throttled({ retryAt, scope: "practice" })), "Told"],
      [of(new Throttled({ retryAt, scope: "daily-quota" })), "Told"],
      [of(new Unreachable({ code: "ECONNREFUSED" })), "Out"],
      [of(new PracticeUnknown()), "Out"],
      [new RecordsUnanswered({ practiceId, resource: "appointments" }), "Out"],
      [of(new ServerUnavailable({ status: 500 })), "Unclear"],
      [of(new TimedOut()), "Unclear"],
      [new ReadingSlow(), "Unclear"],
      [of(new BudgetUnavailable()), "Ours"],
      [new DatabaseError({ operation: "appointments.upsert", kind: "ConnectionError" }), "Ours"],
      [of(new PermissionDenied()), "Record"],
      [of(new InvalidRequest({ parameters: [] })), "Record"]
    ] as const) {
      assert.strictEqual(verdictOf(error)._tag, tag, error._tag)
    }
  })
})
