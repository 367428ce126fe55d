import { Cause, Predicate } from "effect"

/**
 * What may be said of a failure where anybody can read it: the tags of its errors. Messages, fields and stacks stay
 * behind, since any of them may hold a value of a record.
 */
export const tagsOf = (cause: Cause.Cause<unknown>): ReadonlyArray<string> =>
  cause.reasons.map((reason) => {
    if (Cause.isFailReason(reason)) return tagOf(reason.error)
    if (Cause.isDieReason(reason)) return `defect ${tagOf(reason.defect)}`
    return "interrupted"
  })

/**
 * `AthenaError/Throttled`; of anything that is not a tagged error, its kind. The tag of a plain value is not believed: a
 * record may have a field of that name.
 */
export const tagOf = (error: unknown): string => {
  if (!(error instanceof Error)) return typeof error
  const tag = wordUnder(error, "_tag") ?? wordUnder(error, "name") ?? "Error"
  const reason = Predicate.hasProperty(error, "reason") ? error.reason : undefined
  const inner = reason instanceof Error ? wordUnder(reason, "_tag") : undefined
  return inner === undefined ? tag : `${tag}/${inner}`
}

const wordUnder = (error: Error, key: "_tag" | "name"): string | undefined => {
  const word = Predicate.hasProperty(error, key) ? error[key] : undefined
  return typeof word === "string" && /^[A-Za-z][\w./-]{0,79}$/.test(word) ? word : undefined
}
