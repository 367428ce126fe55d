/** `ATHENA_WEBHOOK_SECRETS`: what notifications are signed with. New subscriptions get the first. */
import {
  ConfigurationProblem,
  needed,
  readAll,
  type Variable
} from "@athena-engine/athena-core/configuration/variables"
import { Array as Arr, Effect, Redacted } from "effect"

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

/** The secret that a new subscription is given. */
export const webhookSecret = Effect.map(readAll({ webhookSecrets }), (read) => read.webhookSecrets[0])
