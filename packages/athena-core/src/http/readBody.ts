import { Result } from "effect"
import { RefusedInside, UnreadableAnswer } from "../errors/AthenaError.ts"
import { mayHoldNeverStored, removeNeverStored } from "../phi/neverStored.ts"
import type { BodyText } from "../transport/BodyText.ts"
import { refusedInside } from "./refusedInside.ts"

/** Makes of the body of an accepted answer what the call is for. */
export type ReadBody<A> = (body: BodyText) => Result.Result<A, UnreadableAnswer | RefusedInside>

/** Parses JSON; the parser's own error would quote the text. */
export const parseJson = (text: string): Result.Result<unknown, UnreadableAnswer> => {
  try {
    return Result.succeed(JSON.parse(text))
  } catch {
    return Result.fail(new UnreadableAnswer({ kind: "not-json" }))
  }
}

/** Fails if a body says that the call was refused. */
export const unlessRefused = (json: unknown): Result.Result<unknown, RefusedInside> =>
  refusedInside(json) ? Result.fail(new RefusedInside()) : Result.succeed(json)

/** The JSON of a body, less what is never stored; `null` of an empty one. */
export const readJson: ReadBody<unknown> = (body) => {
  const text = body.whole
  const json = text.trim() === "" ? Result.succeed(null) : parseJson(text)
  const kept = mayHoldNeverStored(text) ? Result.map(json, removeNeverStored) : json
  return Result.flatMap(kept, unlessRefused)
}

/** Reads a body. One that is nested deeper than the stack goes has not the shape that is documented. */
export const readWith = <A>(read: ReadBody<A>, body: BodyText): Result.Result<A, UnreadableAnswer | RefusedInside> => {
  try {
    return read(body)
  } catch (error) {
    if (error instanceof RangeError) return Result.fail(new UnreadableAnswer({ kind: "shape" }))
    throw error
  }
}
