import { Effect } from "effect"
import { RefusedInside, UnreadableAnswer } from "../errors/AthenaError.ts"
import { removeNeverStored } from "../phi/neverStored.ts"
import { type Again, AttemptFailed } from "./AttemptFailed.ts"
import { refusedInside } from "./refusedInside.ts"

/**
 * Most bodies hold nothing that must go; looking at the text is cheaper than walking the tree. A name may be written with
 * escapes of its letters.
 */
const mayHoldNeverStored = /ssn|driverslicense|\\u00[4-7]/i

/** The JSON of an accepted answer, less what is never stored; a body that is cut short may be asked for `again`. */
export const readBody = (body: string, again: Again): Effect.Effect<unknown, AttemptFailed> =>
  Effect.suspend(() => {
    let json: unknown
    try {
      json = body.trim() === "" ? null : JSON.parse(body)
    } catch {
      // The parser's error quotes the body.
      return Effect.fail(new AttemptFailed({ reason: new UnreadableAnswer({ kind: "not-json" }), again }))
    }
    if (refusedInside(json)) return Effect.fail(new AttemptFailed({ reason: new RefusedInside(), again: "never" }))
    return Effect.succeed(mayHoldNeverStored.test(body) ? removeNeverStored(json) : json)
  })
