import {
  AthenaError,
  type AthenaErrorReason,
  BudgetUnavailable,
  PermissionDenied
} from "@athena-engine/athena-core/errors/AthenaError"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Option } from "effect"
import { isCutOff } from "../../src/runs/RunError.ts"

const refused = (reason: AthenaErrorReason) =>
  new AthenaError({
    endpoint: "GET /v1/{practiceid}/appointments/booked",
    practiceId: Option.none(),
    requestId: Option.none(),
    attempts: 0,
    reason
  })

describe("a run that ended", () => {
  it("was cut off, and is gone on with, when the database behind the shared limits was away", () => {
    assert.isTrue(isCutOff(Cause.fail(refused(new BudgetUnavailable()))))
    assert.isFalse(isCutOff(Cause.fail(refused(new PermissionDenied()))))
  })
})
