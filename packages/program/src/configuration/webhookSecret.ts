/**
 * `ATHENA_WEBHOOK_SECRETS`: what notifications are signed with. The receiver takes all of them, new subscriptions get the first:
 * so that one is changed by putting the new one before it.
 */
import {
  ConfigurationProblem,
  needed,
  optionalText,
  readAll,
  type Variable
} from "@athena-engine/athena-core/configuration/variables"
import { athenaVariables } from "@athena-engine/athena-core/environment/AthenaSettings"
import { Array as Arr, Effect, Option, Redacted } from "effect"

const variable = "ATHENA_WEBHOOK_SECRETS"

/** It travels in a header, and WebSub wants it below 200 bytes. */
const isSecret = (text: string) => /^[\x21-\x7e]{16,199}$/.test(text)

/** Every secret that a notification may be signed with. */
export const webhookSecrets: Variable<Arr.NonEmptyReadonlyArray<Redacted.Redacted>> = Effect.flatMap(
  needed(variable, "secrets that notifications are signed with, separated by commas"),
  (text) => {
    const secrets = text.split(",").map((secret) => secret.trim())
    return secrets.every(isSecret) && Arr.isReadonlyArrayNonEmpty(secrets)
      ? Effect.succeed(Arr.map(secrets, (secret) => Redacted.make(secret, { label: "webhook secret" })))
      : Effect.fail(
          new ConfigurationProblem({
            variable,
            expected: "secrets of 16 to 199 printable characters without spaces, separated by commas"
          })
        )
  }
)

/** What the simulator of a process signs with when nobody has said anything. There are no real people in it. */
export const simulatorSecret = Redacted.make("a-secret-of-the-simulator", { label: "webhook secret" })

/** The receiver's: as `webhookSecrets`, but the simulator needs none. */
export const receiverSecrets: Variable<Arr.NonEmptyReadonlyArray<Redacted.Redacted>> = Effect.gen(function* () {
  const isSet = Option.isSome(yield* optionalText(variable))
  // What is wrong with the environment itself is said by whoever reads it.
  const environment = yield* Effect.orElseSucceed(athenaVariables.environment, () => "simulator" as const)
  return isSet || environment !== "simulator" ? yield* webhookSecrets : Arr.of(simulatorSecret)
})

/** The secret that a new subscription is given. */
export const webhookSecret = Effect.map(readAll({ webhookSecrets }), (read) => read.webhookSecrets[0])
