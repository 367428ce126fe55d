/**
 * Reads a program's environment variables all at once, so that one message lists everything that is wrong or missing.
 * A message names the variable and what it should be, never its value. A variable set to nothing counts as not set.
 */
import { Config, Duration, Effect, Option, Result, Schema } from "effect"

/** One variable that is missing or wrong. */
export class ConfigurationProblem extends Schema.TaggedError<ConfigurationProblem>()("ConfigurationProblem", {
  variable: Schema.String,
  expected: Schema.String
}) {
  override get message() {
    const isSentence = /^(missing|not )/.test(this.expected)
    return `${this.variable}: ${isSentence ? "" : "must be "}${this.expected}`
  }
}

/** Everything that is wrong with the configuration, in one message. Nothing was contacted or written. */
export class ConfigurationInvalid extends Schema.TaggedError<ConfigurationInvalid>()("ConfigurationInvalid", {
  problems: Schema.Array(ConfigurationProblem)
}) {
  override get message() {
    return [
      "The configuration is incomplete or wrong:",
      ...this.problems.map((problem) => `  ${problem.message}`)
    ].join("\n")
  }
}

/** What a variable says, or what is wrong with it; several problems where it names a file. */
export type Variable<A, R = never> = Effect.Effect<A, ConfigurationProblem | ConfigurationInvalid, R>

/** The text of a variable, if it is set to anything. */
export const optionalText = (variable: string): Effect.Effect<Option.Option<string>> =>
  Config.String(variable).pipe(
    Config.option,
    Config.map(Option.filter((value) => value.trim() !== "")),
    Effect.orElseSucceed(() => Option.none<string>())
  )

/** A variable with a default; `read` gives `undefined` for a value that does not fit. */
export const withDefault = <A>(
  variable: string,
  fallback: A,
  expected: string,
  read: (value: string) => A | undefined
): Variable<A> =>
  Effect.flatMap(
    optionalText(variable),
    Option.match({
      onNone: () => Effect.succeed(fallback),
      onSome: (value) => {
        const result = read(value.trim())
        return result === undefined
          ? Effect.fail(new ConfigurationProblem({ variable, expected }))
          : Effect.succeed(result)
      }
    })
  )

/** A variable without which the program cannot run. */
export const needed = (variable: string, expected: string): Variable<string> =>
  Effect.flatMap(
    optionalText(variable),
    Option.match({
      onNone: () => Effect.fail(new ConfigurationProblem({ variable, expected: `missing; ${expected}` })),
      onSome: (value) => Effect.succeed(value.trim())
    })
  )

/** A number above zero. */
export const positiveNumber = (value: string): number | undefined => {
  const number = Number(value)
  return Number.isFinite(number) && number > 0 ? number : undefined
}

/** A length of time: plain seconds (`60`), or with a unit (`60 s`, `5 minutes`). */
export const lengthOfTime = (value: string): Duration.Duration | undefined => {
  const match = /^(\d+(?:\.\d+)?)\s*(s|sec|seconds?|m|min|minutes?|h|hours?)?$/i.exec(value)
  if (match === null) return undefined
  const unit = (match[2] ?? "s").toLowerCase()
  const amount = Number(match[1])
  return unit.startsWith("h")
    ? Duration.hours(amount)
    : unit.startsWith("m")
      ? Duration.minutes(amount)
      : Duration.seconds(amount)
}

type Values<V> = { readonly [K in keyof V]: V[K] extends Variable<infer A, infer _R> ? A : never }

/** Reads all variables; fails with every problem there is. */
export const readAll = <const V extends Readonly<Record<string, Variable<unknown, unknown>>>>(
  variables: V
): Effect.Effect<Values<V>, ConfigurationInvalid, Effect.Services<V[keyof V]>> =>
  Effect.gen(function* () {
    const values: Record<string, unknown> = {}
    const problems: Array<ConfigurationProblem> = []
    for (const [name, variable] of Object.entries(
      variables as Record<string, Variable<unknown, Effect.Services<V[keyof V]>>>
    )) {
      const result = yield* Effect.result(variable)
      if (Result.isSuccess(result)) values[name] = result.success
      else problems.push(...problemsOf(result.failure))
    }
    return problems.length > 0 ? yield* new ConfigurationInvalid({ problems }) : (values as Values<V>)
  })

const problemsOf = (failure: ConfigurationProblem | ConfigurationInvalid): ReadonlyArray<ConfigurationProblem> =>
  failure._tag === "ConfigurationInvalid" ? failure.problems : [failure]
