/**
 * Looks at everything that a sync needs, and says how to mend what is wrong with it.
 *
 * A mistake in the configuration is a finding as any other. What else can be looked at is: where only athenahealth's
 * variables are wrong, the database is checked; where the database's are, nothing is.
 */
import type { ConfigurationInvalid } from "@athena-engine/athena-core/configuration/variables"
import { requireCredentials } from "@athena-engine/athena-core/environment/credentialsVariable"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { databaseSettings, programSettings } from "@athena-engine/program/configuration/settings"
import { Effect, Result } from "effect"
import { type Check, failed, ok, skipped } from "../output/doctorReport.ts"
import { observability } from "../output/observability.ts"
import { athenaCheckNames, athenaChecks } from "./athenaChecks.ts"
import { databaseCheckNames, databaseChecks } from "./databaseChecks.ts"

const name = "configuration"

const wrong = ({ problems }: ConfigurationInvalid): ReadonlyArray<Check> =>
  problems.map((problem) =>
    failed(name, problem.message, `Correct ${problem.variable}; docs and the README's table say what it may be`)
  )

const skip = (names: ReadonlyArray<string>) =>
  names.map((check) => skipped(check, "Not looked at with a configuration that is wrong"))

const readSettings = Effect.fnUntraced(function* (practicesAsked: ReadonlyArray<PracticeId>) {
  const settings = yield* programSettings
  const practices = practicesAsked.length > 0 ? [...new Set(practicesAsked)] : settings.practices
  yield* requireCredentials(settings.environment, settings.credentials, practices)
  return { settings, practices }
})

const configuration = (practices: ReadonlyArray<PracticeId>): Check =>
  practices.length > 0
    ? ok(name, `Complete, for practice ${practices.join(", ")}`)
    : failed(name, "No practice is named", "Set ATHENA_PRACTICES, or give --practice ID")

/** All checks, in the order in which things depend on each other. Writes nothing, and reads no patient data. */
export const examine = Effect.fnUntraced(function* (practicesAsked: ReadonlyArray<PracticeId>) {
  const ofDatabase = yield* Effect.result(databaseSettings)
  const read = yield* Effect.result(readSettings(practicesAsked))
  if (Result.isFailure(ofDatabase)) {
    const problems = Result.isFailure(read) ? read.failure : ofDatabase.failure
    return { environment: null, checks: [...wrong(problems), ...skip([...athenaCheckNames, ...databaseCheckNames])] }
  }
  const { environment } = ofDatabase.success
  const looked = Effect.gen(function* () {
    const outside = Result.isSuccess(read)
      ? [configuration(read.success.practices), ...(yield* athenaChecks(read.success.settings, read.success.practices))]
      : [...wrong(read.failure), ...skip(athenaCheckNames)]
    return [...outside, ...(yield* databaseChecks(ofDatabase.success))]
  })
  const checks: ReadonlyArray<Check> = yield* Effect.provide(looked, observability(ofDatabase.success))
  return { environment, checks }
})
