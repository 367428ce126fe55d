import { AuditTrailUnavailable } from "@athena-engine/athena-core/audit/AuditTrail"
import { ConfigurationInvalid, ConfigurationProblem } from "@athena-engine/athena-core/configuration/variables"
import { Ended, UsageError } from "@athena-engine/program/exit/Ended"
import { endingOfExit } from "@athena-engine/program/exit/exitCode"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit } from "effect"
import { run } from "../../src/athenaSync.ts"

const command = { program: "athena-sync", isSync: true }

describe("the program's end", () => {
  it("is 0 when all is done, and whatever a command ended with else", () => {
    assert.deepStrictEqual(endingOfExit(Exit.void, command), { code: 0, lines: [] })
    assert.deepStrictEqual(endingOfExit(Exit.fail(new Ended({ code: 3 })), command), { code: 3, lines: [] })
  })

  it("is 2 with one message for usage and configuration, 1 for a failure", () => {
    const problem = new ConfigurationProblem({ variable: "LOG_FORMAT", expected: "pretty or json" })
    const invalid = endingOfExit(Exit.fail(new ConfigurationInvalid({ problems: [problem] })), command)
    assert.strictEqual(invalid.code, 2)
    assert.include(invalid.lines.join("\n"), "LOG_FORMAT: must be pretty or json")
    const usage = new UsageError({ command: "appointments", problem: "--to lies before --from" })
    assert.deepStrictEqual(endingOfExit(Exit.fail(usage), command), {
      code: 2,
      lines: ["athena-sync: --to lies before --from", "See: athena-sync appointments --help"]
    })
    assert.strictEqual(
      endingOfExit(Exit.fail(new AuditTrailUnavailable({ step: "intent", reason: "42P01" })), command).code,
      1
    )
  })

  it("tells the kind of a bug and nothing of its message", () => {
    const { code, lines } = endingOfExit(Exit.die(new TypeError("cannot read the name of a patient")), command)
    assert.strictEqual(code, 1)
    assert.include(lines.join("\n"), "TypeError")
    assert.notInclude(lines.join("\n"), "name of a patient")
  })

  it("is 130 or 143 after a signal", () => {
    const interrupted = Exit.failCause(Cause.interrupt(1))
    const stopped = endingOfExit(interrupted, { ...command, signal: "SIGINT" })
    assert.strictEqual(stopped.code, 130)
    assert.include(stopped.lines.join(), "What was fetched so far is committed")
    assert.deepStrictEqual(endingOfExit(interrupted, { ...command, isSync: false, signal: "SIGTERM" }), {
      code: 143,
      lines: ["athena-sync: stopped."]
    })
  })

  it.effect("names what is wrong with a command line, and nothing that was typed", () =>
    Effect.gen(function* () {
      const appointments = "See: athena-sync appointments --help"
      const range = ["--from", "2019-06-01", "--to", "2019-06-02"]
      for (const [args, ...lines] of [
        [
          ["appointments", "--from", "ZZ", "--to", "2019-06-02"],
          "--from: expected a calendar date as YYYY-MM-DD",
          appointments
        ],
        [
          ["appointments", ...range, "--practice", "1"],
          "--practice: expected a practice id (digits; 1 is none)",
          appointments
        ],
        [
          ["appointments", ...range, "--concurrency", "0"],
          "--concurrency: expected a whole number from 1 to 256",
          appointments
        ],
        [["appointments", "--from", "2019-06-01"], "--to is missing", appointments],
        [["status", "--jsn"], "unknown flag; did you mean --json?", "See: athena-sync status --help"],
        [["status", "--ZZ"], "unknown flag", "See: athena-sync status --help"],
        [["ZZZZZZZZ"], "unknown command", "See: athena-sync --help"],
        [["database", "ZZZZZZZZ"], "unknown command", "See: athena-sync database --help"],
        [[], "a command is missing", "See: athena-sync --help"]
      ] as const) {
        const [problem, see] = lines
        const exit = yield* Effect.exit(run(args))
        assert.deepStrictEqual(endingOfExit(exit, command), { code: 2, lines: [`athena-sync: ${problem}`, see] })
      }
    }).pipe(Effect.provide(NodeServices.layer))
  )
})
