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

/** `AthenaError/Throttled`; of anything that is not a tagged error, its kind. */
export const tagOf = (error: unknown): string => {
  if (Predicate.hasProperty(error, "_tag") && typeof error._tag === "string") {
    const reason = Predicate.hasProperty(error, "reason") ? error.reason : undefined
    const inner = Predicate.hasProperty(reason, "_tag") && typeof reason._tag === "string" ? `/${reason._tag}` : ""
    return `${error._tag}${inner}`
  }
  return error instanceof Error ? error.name : typeof error
}
