/**
 * A cell's value as the text in its row: JSON with the moments of the database's clock, encrypted where it is secret.
 */
import type { CellKind } from "@athena-engine/athena-core/coordination/SharedState"
import type { Sealed, Vault } from "@athena-engine/athena-core/encryption/Vault"
import { Effect, Option, Schema } from "effect"
import type { ClockDifference } from "./clockDifference.ts"

export interface CellText<A> {
  readonly write: (value: A) => Effect.Effect<string>
  /** What cannot be read (of another version of the program, or sealed with another key) is as if nobody had written. */
  readonly read: (text: string) => Effect.Effect<A>
}

/** Which key sealed it is told by the name that the vault gave the place. */
const sealedIn = (value: string): Sealed => {
  const [name = "", text = ""] = value.split(" ")
  return { name, text }
}

export const makeCellText = <A>(
  name: string,
  kind: CellKind<A>,
  vault: Option.Option<Vault>,
  difference: ClockDifference
): CellText<A> => {
  const json = Schema.fromJsonString(kind.schema)
  const encode = Schema.encodeSync(json)
  const decode = Schema.decodeUnknownOption(json)
  // A secret without a key is never given here; see `SharedStateSql`.
  const secret = kind.isSecret ? Option.getOrUndefined(vault) : undefined

  return {
    write: (value) =>
      Effect.suspend(() => {
        const text = encode(kind.shifted(value, difference.millis()))
        return secret === undefined
          ? Effect.succeed(text)
          : Effect.map(secret.seal(name, text), (sealed) => `${sealed.name} ${sealed.text}`)
      }),
    read: (text) =>
      Effect.map(secret === undefined ? Effect.succeedSome(text) : secret.open(name, sealedIn(text)), (opened) =>
        Option.match(Option.flatMap(opened, decode), {
          onNone: () => kind.initial,
          onSome: (value) => kind.shifted(value, -difference.millis())
        })
      )
  }
}
