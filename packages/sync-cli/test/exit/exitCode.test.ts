import { AuditTrailUnavailable } from "@athena-engine/athena-core/audit/AuditTrail"
import { ConfigurationInvalid, ConfigurationProblem } from "@athena-engine/athena-core/configuration/variables"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Exit } from "effect"
import { Ended, UsageError } from "../../src/exit/Ended.ts"
import { endingOfExit } from "../../src/exit/exitCode.ts"

describe("the program's end", () => {
  it("is 0 when all is done, and whatever a command ended with else", () => {
    assert.deepStrictEqual(endingOfExit(Exit.void, undefined), { code: 0, lines: [] })
    assert.deepStrictEqual(endingOfExit(Exit.fail(new Ended({ code: 3 })), undefined), { code: 3, lines: [] })
  })

  it("is 2 with one message for usage and configuration, 1 for a failure", () => {
    const problem = new ConfigurationProblem({ variable: "LOG_FORMAT", expected: "pretty or json" })
    const invalid = endingOfExit(Exit.fail(new ConfigurationInvalid({ problems: [problem] })), undefined)
    assert.strictEqual(invalid.code, 2)
    assert.include(invalid.lines.join("\n"), "LOG_FORMAT: pretty or json")
    assert.deepStrictEqual(endingOfExit(Exit.fail(new UsageError({ problem: "--to lies before --from" })), undefined), {
      code: 2,
      lines: ["athena-sync: --to lies before --from"]
    })
    assert.strictEqual(
      endingOfExit(Exit.fail(new AuditTrailUnavailable({ step: "intent", reason: "42P01" })), undefined).code,
      1
    )
  })

  it("tells the kind of a bug and nothing of its message", () => {
    const { code, lines } = endingOfExit(Exit.die(new TypeError("cannot read the name of a patient")), undefined)
    assert.strictEqual(code, 1)
    assert.include(lines.join("\n"), "TypeError")
    assert.notInclude(lines.join("\n"), "name of a patient")
  })

  it("is 130 or 143 after a signal", () => {
    const interrupted = Exit.failCause(Cause.interrupt(1))
    assert.strictEqual(endingOfExit(interrupted, "SIGINT").code, 130)
    assert.strictEqual(endingOfExit(interrupted, "SIGTERM").code, 143)
  })
})
