/**
 * A cell's value as the text in its row: JSON with the moments of the database's clock, encrypted where it is secret.
 */
import type { CellKind } from "@athena-engine/athena-core/coordination/SharedState"
import { Effect, Option, Schema } from "effect"
import type { Sealing } from "../sealing/Sealing.ts"
import type { ClockDifference } from "./clockDifference.ts"

export interface CellText<A> {
  readonly write: (value: A) => Effect.Effect<string>
  /** What cannot be read (of another version of the program, or sealed with another key) is as if nobody had written. */
  readonly read: (text: string) => Effect.Effect<A>
}

export const makeCellText = <A>(
  name: string,
  kind: CellKind<A>,
  sealing: Option.Option<Sealing>,
  difference: ClockDifference
): CellText<A> => {
  const json = Schema.fromJsonString(kind.schema)
  const encode = Schema.encodeSync(json)
  const decode = Schema.decodeUnknownOption(json)
  // A secret without a key is never given here; see `SharedStateSql`.
  const secret = kind.isSecret ? Option.getOrUndefined(sealing) : undefined

  return {
    write: (value) =>
      Effect.suspend(() => {
        const text = encode(kind.shifted(value, difference.millis()))
        return secret === undefined ? Effect.succeed(text) : secret.seal(name, text)
      }),
    read: (text) =>
      Effect.map(secret === undefined ? Effect.succeedSome(text) : secret.open(name, text), (opened) =>
        Option.match(Option.flatMap(opened, decode), {
          onNone: () => kind.initial,
          onSome: (value) => kind.shifted(value, -difference.millis())
        })
      )
  }
}
