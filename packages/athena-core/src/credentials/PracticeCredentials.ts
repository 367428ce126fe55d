/**
 * Which app a practice is called as. An app has its own tokens and its own ceiling, so practices of the same app share them
 * and practices of different apps share nothing.
 */
import { Option, Redacted } from "effect"
import type { PracticeId } from "../ids/PracticeId.ts"
import type { ClientCredentials } from "./ClientCredentials.ts"

export interface PracticeCredentials {
  /** The practices that are called as an app of their own. */
  readonly byPractice: ReadonlyMap<PracticeId, ClientCredentials>
  /** The app of all the rest. */
  readonly rest: Option.Option<ClientCredentials>
}

/** The same app for every practice. */
export const oneApp = (credentials: ClientCredentials): PracticeCredentials => ({
  byPractice: new Map(),
  rest: Option.some(credentials)
})

export const credentialsOf = (
  { byPractice, rest }: PracticeCredentials,
  practiceId: PracticeId
): Option.Option<ClientCredentials> => Option.orElse(Option.fromUndefinedOr(byPractice.get(practiceId)), () => rest)

/** Whether both prove the same app in the same way. */
export const isSameProof = (one: ClientCredentials, other: ClientCredentials): boolean => {
  if ("clientSecret" in one) {
    return "clientSecret" in other && Redacted.value(one.clientSecret) === Redacted.value(other.clientSecret)
  }
  // Keys are compared by their ids: two keys of one app cannot have the same one.
  return "keys" in other && one.keys.map(({ kid }) => kid).join("\n") === other.keys.map(({ kid }) => kid).join("\n")
}
