import { Predicate } from "effect"

/**
 * Whether a body that came with status 200 reports a failure: `success: false`, an `errormessage`, an `error` without
 * any result, or, after a write, a bare text in place of the result.
 */
export const refusedInside = (body: unknown): boolean => {
  if (typeof body === "string") return true
  const first = Array.isArray(body) && body.length === 1 ? body[0] : body
  if (!Predicate.isObject(first)) return false
  const answer = first as Readonly<Record<string, unknown>>
  if (answer["success"] === false || answer["success"] === "false") return true
  const message = answer["errormessage"]
  if (typeof message === "string" && message !== "") return true
  return typeof answer["error"] === "string" && !("totalcount" in answer)
}
