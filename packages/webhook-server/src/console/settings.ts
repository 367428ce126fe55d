/** What the console is told by variables. */
import {
  ConfigurationProblem,
  optionalText,
  type Variable,
  withDefault
} from "@athena-engine/athena-core/configuration/variables"
import { Effect, Option, Redacted } from "effect"
import { isLoopback } from "./origin.ts"

export interface ConsoleSettings {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** Needed as soon as the host is not of the loopback interface. */
  readonly token: Redacted.Redacted | undefined
}

const port = withDefault<number | undefined>(
  "ATHENA_CONSOLE_PORT",
  undefined,
  "a port from 0 to 65535; 0 takes a free one",
  (value) => (/^\d{1,5}$/.test(value) && Number(value) <= 65_535 ? Number(value) : undefined)
)

const host = withDefault("ATHENA_CONSOLE_HOST", "127.0.0.1", "an address or a host name", (value) =>
  /^[\w.:-]+$/.test(value) ? value : undefined
)

const token: Variable<Redacted.Redacted | undefined> = Effect.flatMap(optionalText("ATHENA_CONSOLE_TOKEN"), (text) =>
  Option.match(text, {
    onNone: () => Effect.undefined,
    onSome: (value) =>
      /^[\x21-\x7e]{16,200}$/.test(value.trim())
        ? Effect.succeed(Redacted.make(value.trim(), { label: "console token" }))
        : Effect.fail(
            new ConfigurationProblem({
              variable: "ATHENA_CONSOLE_TOKEN",
              expected: "16 to 200 printable characters without spaces"
            })
          )
  })
)

/** `ATHENA_CONSOLE_PORT`, `ATHENA_CONSOLE_HOST`, `ATHENA_CONSOLE_TOKEN`; without a port there is no console. */
export const consoleVariable: Variable<ConsoleSettings | undefined> = Effect.gen(function* () {
  const settings = { host: yield* host, port: yield* port, token: yield* token }
  if (settings.port === undefined) return undefined
  if (settings.token === undefined && !isLoopback(settings.host)) {
    return yield* new ConfigurationProblem({
      variable: "ATHENA_CONSOLE_TOKEN",
      expected: "missing; 16 characters at least, since ATHENA_CONSOLE_HOST can be reached from elsewhere"
    })
  }
  return { ...settings, port: settings.port }
})
