import { Predicate } from "effect"
import type { WriteAnswer } from "../write.ts"

/** An answer that says no more than that it was done: `{"success":"true"}`, `true` or `1`. */
export const acknowledged = (json: unknown): WriteAnswer<void> | undefined => {
  const said = Predicate.hasProperty(json, "success") ? json.success : json
  return ["true", "1"].includes(String(said).toLowerCase()) ? { value: undefined } : undefined
}
