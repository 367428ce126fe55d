/**
 * The keys that protect what a program stores: `ATHENA_ENCRYPTION_KEYS_FILE`. Checked at the start, and left out where no
 * file is named.
 */
import { Effect, type FileSystem, Option } from "effect"
import { ConfigurationProblem, optionalText, type Variable } from "../configuration/variables.ts"
import { type Keyring, readKeyring } from "../encryption/Keyring.ts"

const variable = "ATHENA_ENCRYPTION_KEYS_FILE"

export const encryptionKeys: Variable<Option.Option<Keyring>, FileSystem.FileSystem> = Effect.flatMap(
  optionalText(variable),
  Option.match({
    onNone: () => Effect.succeedNone,
    onSome: (file) =>
      readKeyring(file.trim()).pipe(
        Effect.map(Option.some),
        Effect.catchTags({
          KeyringUnusable: ({ expected, line }) =>
            Effect.fail(new ConfigurationProblem({ variable, expected: `${expected}, in line ${line} of the file` })),
          PrivateFileUnusable: ({ expected }) => Effect.fail(new ConfigurationProblem({ variable, expected }))
        })
      )
  })
)
