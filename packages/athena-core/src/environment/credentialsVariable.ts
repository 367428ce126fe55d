/**
 * The credentials of a program: those of the environment's variables, and those that a file gives to single practices.
 *
 * The variables may be left out where the file names every practice of `ATHENA_PRACTICES`; a practice that is asked for by
 * name all the same is judged by `requireCredentials`. The simulator needs no credentials: there the file is checked and not
 * used.
 */
import { Effect, Option, Redacted, Result } from "effect"
import { ConfigurationInvalid, ConfigurationProblem, optionalText, type Variable } from "../configuration/variables.ts"
import type { ClientCredentials, SecretCredentials } from "../credentials/ClientCredentials.ts"
import { credentialsFileVariable, type Files, readCredentialsFile } from "../credentials/CredentialsFile.ts"
import { credentialsOf, isSameProof, oneApp, type PracticeCredentials } from "../credentials/PracticeCredentials.ts"
import type { PracticeId } from "../ids/PracticeId.ts"
import type { Environment } from "./Environment.ts"

export const simulatorCredentials: SecretCredentials = {
  clientId: "simulator",
  clientSecret: Redacted.make("simulator-secret")
}

const idOf = (where: Environment) => `ATHENA_${where.toUpperCase()}_CLIENT_ID`
const secretOf = (where: Environment) => `ATHENA_${where.toUpperCase()}_CLIENT_SECRET`

const missing = (variable: string, what: string, where: Environment, whose: string) =>
  new ConfigurationProblem({
    variable,
    expected: `missing; the ${what} of your app in the ${where} environment${whose}`
  })

/** Both variables, or neither where `isNeeded` says that nobody needs them. */
const ofEnvironment = Effect.fnUntraced(function* (where: Environment, isNeeded: boolean, whose: string) {
  const id = yield* optionalText(idOf(where))
  const secret = yield* optionalText(secretOf(where))
  if (!isNeeded && Option.isNone(id) && Option.isNone(secret)) return Option.none<SecretCredentials>()
  if (Option.isSome(id) && Option.isSome(secret)) {
    const clientSecret = Redacted.make(secret.value.trim(), { label: "client secret" })
    return Option.some<SecretCredentials>({ clientId: id.value.trim(), clientSecret })
  }
  return yield* new ConfigurationInvalid({
    problems: [
      ...(Option.isNone(id) ? [missing(idOf(where), "client id", where, whose)] : []),
      ...(Option.isNone(secret) ? [missing(secretOf(where), "client secret", where, whose)] : [])
    ]
  })
})

const unnamed = (practices: ReadonlyArray<PracticeId>) =>
  `, for practice ${practices.join(", ")}, which ${credentialsFileVariable} does not name`

/** The app of the variables and one of the file with the same client id prove it in the same way. */
const agreeing = (where: Environment, credentials: PracticeCredentials) =>
  [...credentials.byPractice].flatMap(([practiceId, own]) =>
    Option.exists(credentials.rest, (rest) => rest.clientId === own.clientId && !isSameProof(rest, own))
      ? [
          new ConfigurationProblem({
            variable: `${credentialsFileVariable}, practice ${practiceId}`,
            expected: `not as ${idOf(where)}, which is the same client id with another secret`
          })
        ]
      : []
  )

const problemsIn = (result: Result.Result<unknown, ConfigurationInvalid>) =>
  Result.isFailure(result) ? result.failure.problems : []

/** `ATHENA_CREDENTIALS_FILE`, `ATHENA_…_CLIENT_ID` and `ATHENA_…_CLIENT_SECRET` together. */
export const credentials = (
  environment: Effect.Effect<Environment>,
  practices: Variable<ReadonlyArray<PracticeId>>
): Variable<PracticeCredentials, Files> =>
  Effect.gen(function* () {
    const where = yield* environment
    const file = yield* optionalText(credentialsFileVariable)
    const read = yield* Effect.result(
      Option.match(file, {
        onNone: () => Effect.succeed<ReadonlyMap<PracticeId, ClientCredentials>>(new Map()),
        onSome: (path) => readCredentialsFile(path.trim())
      })
    )
    if (where === "simulator") return Result.isFailure(read) ? yield* read.failure : oneApp(simulatorCredentials)
    const byPractice = Result.getOrElse(read, () => new Map<PracticeId, ClientCredentials>())
    const named = yield* Effect.orElseSucceed(practices, () => [])
    const left = named.filter((practiceId) => !byPractice.has(practiceId))
    // Whom a file names that cannot be read is not known.
    const isNeeded = Option.isNone(file) || (Result.isSuccess(read) && left.length > 0)
    const whose = Option.isSome(file) && isNeeded ? unnamed(left) : ""
    const rest = yield* Effect.result(ofEnvironment(where, isNeeded, whose))
    const problems = [...problemsIn(read), ...problemsIn(rest)]
    if (Result.isFailure(rest) || problems.length > 0) return yield* new ConfigurationInvalid({ problems })
    const all: PracticeCredentials = { byPractice, rest: rest.success }
    const contradictions = agreeing(where, all)
    return contradictions.length > 0 ? yield* new ConfigurationInvalid({ problems: contradictions }) : all
  })

/** Fails if a practice that is to be called has no credentials, with the variables that would give it some. */
export const requireCredentials = (
  environment: Environment,
  given: PracticeCredentials,
  practices: ReadonlyArray<PracticeId>
): Effect.Effect<void, ConfigurationInvalid> => {
  const left = practices.filter((practiceId) => Option.isNone(credentialsOf(given, practiceId)))
  return left.length === 0
    ? Effect.void
    : Effect.fail(
        new ConfigurationInvalid({
          problems: [
            missing(idOf(environment), "client id", environment, unnamed(left)),
            missing(secretOf(environment), "client secret", environment, unnamed(left))
          ]
        })
      )
}
