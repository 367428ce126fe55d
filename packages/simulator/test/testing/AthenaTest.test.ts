import { execFileSync } from "node:child_process"
import { Ping } from "@athena-engine/athena-core/endpoints/practice/Ping"
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { SimulatorServer } from "@athena-engine/simulator/server/SimulatorServer"
import { AthenaTest } from "@athena-engine/simulator/testing/AthenaTest"
import { SimulatorTest } from "@athena-engine/simulator/testing/SimulatorTest"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Option } from "effect"

const practiceId = PracticeId.make("195900")
const withVariables = (variables: Readonly<Record<string, string>>) =>
  Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromUnknown(variables))

describe("the sandbox as a target", () => {
  it.live("is asked with the app of the variables, whatever ATHENA_ENVIRONMENT says", () =>
    Effect.gen(function* () {
      const { origin } = yield* SimulatorServer
      yield* Ping.check(practiceId).pipe(
        Effect.provide(AthenaTest.layer("sandbox")),
        withVariables({
          ATHENA_ENVIRONMENT: "production",
          ATHENA_BASE_URL: origin,
          ATHENA_SANDBOX_CLIENT_ID: "simulator",
          ATHENA_SANDBOX_CLIENT_SECRET: "simulator-secret"
        })
      )
    }).pipe(Effect.provide(SimulatorTest.layerServer()))
  )

  it.effect("names all that is missing for it, and none of production's credentials helps", () =>
    Effect.gen(function* () {
      const problem = yield* AthenaTest.sandboxProblem
      assert.isTrue(Option.isSome(problem))
      const message = Option.match(problem, { onNone: () => "", onSome: (one) => one.message })
      assert.include(message, "ATHENA_SANDBOX_CLIENT_ID: missing")
      assert.include(message, "ATHENA_SANDBOX_CLIENT_SECRET: missing")
    }).pipe(withVariables({ ATHENA_PRODUCTION_CLIENT_ID: "x", ATHENA_PRODUCTION_CLIENT_SECRET: "y" }))
  )

  it("is skipped by `pnpm test:sandbox` with a line that says so when there are no credentials", () => {
    const program = new URL("../../scripts/testSandbox.ts", import.meta.url).pathname
    const output = execFileSync(process.execPath, [program], { env: { PATH: process.env["PATH"] }, encoding: "utf8" })
    assert.match(output, /^Nothing was tested: .*\n.*\n {2}ATHENA_SANDBOX_CLIENT_ID: missing/)
  })
})
