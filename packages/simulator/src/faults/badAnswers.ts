/**
 * A bad day as a fault plan: so large a share of all answers is bad, of every kind that may pass by itself. Whoever asks
 * again often enough, and believes no page that contradicts itself, gets through it with everything.
 */
import type { Fault, FaultPlan, FaultRule } from "./FaultPlan.ts"

/** In place of an answer, or with its bytes spoiled: nothing of it can be used. */
export const lostAnswers: ReadonlyArray<Fault> = [
  { kind: "status", status: 500 },
  { kind: "status", status: 502, body: "html" },
  { kind: "status", status: 503, retryAfter: "1" },
  { kind: "status", status: 504, body: "empty" },
  { kind: "status", status: 429, retryAfter: "1" },
  { kind: "reset" },
  { kind: "resetMidBody", after: 0.5 },
  { kind: "closeMidBody", after: 0.4 },
  { kind: "closeMidBody", after: 0.6, chunked: true },
  { kind: "truncate", after: 0.7 },
  { kind: "malformedJson" },
  { kind: "hang" },
  { kind: "tokenDies" }
]

/** Answers that can be read, and lead a reader of lists astray: to an early end, or in a circle. */
export const misleadingAnswers: ReadonlyArray<Fault> = [
  { kind: "totalCount", as: "missing" },
  { kind: "totalCount", as: "text" },
  { kind: "emptyPageWithNext" },
  { kind: "stuckNext" }
]

export interface BadAnswersOptions {
  /** Of all answers, 0 to 1. */
  readonly share: number
  readonly seed?: number
  /** By default all lost and all misleading ones, each as likely as the others. */
  readonly kinds?: ReadonlyArray<Fault>
  /** By default every request, those for tokens included. */
  readonly match?: FaultRule["match"]
}

export const badAnswers = (options: BadAnswersOptions): FaultPlan => {
  const { kinds = [...lostAnswers, ...misleadingAnswers], match = {}, seed = 1, share } = options
  // Rules strike independently of each other, and two may strike one answer: together they leave 1 - share of them alone.
  const probability = 1 - (1 - share) ** (1 / kinds.length)
  return { seed, rules: kinds.map((fault) => ({ match, when: { probability }, fault })) }
}
