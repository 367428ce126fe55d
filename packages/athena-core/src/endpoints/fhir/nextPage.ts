/**
 * The link to the next page of a search. It is opaque: what it holds is not understood, and sent back as it came. Followed
 * it is only to where the search itself went, and never twice.
 */
import { type Redacted, Schema } from "effect"
import { PracticeId } from "../../ids/PracticeId.ts"

/** The link as sent, sealed: it may repeat what was searched for. */
export type NextPage = Redacted.Redacted

/** A link to a next page that is not followed. The pages before it were handed over. */
export class NextPageRefused extends Schema.TaggedError<NextPageRefused>()("NextPageRefused", {
  practiceId: PracticeId,
  endpoint: Schema.String,
  /** `elsewhere`: another host or endpoint. `loop`: a page that was read before, or no end of empty pages. */
  why: Schema.Literals(["elsewhere", "loop"])
}) {
  override get message() {
    const what = {
      elsewhere: "the link to the next page leads to another host or endpoint, and was not followed",
      loop: "the links to the next pages lead in a circle, and were not followed further"
    }[this.why]
    return `practice ${this.practiceId}, ${this.endpoint}: ${what}; what came before it is not all. Report it to athenahealth`
  }
}

/**
 * The query string that `link` leads to, if it leads to the same host and path as the search; `undefined` if elsewhere.
 * Relative links are read from there.
 */
export const searchOf = (link: string, origin: string, path: string): string | undefined => {
  const here = new URL(path, origin)
  if (!URL.canParse(link, here.href)) return undefined
  const url = new URL(link, here)
  const isHere = url.origin === here.origin && url.pathname === here.pathname && url.username + url.password === ""
  return isHere ? url.search.slice(1) : undefined
}
