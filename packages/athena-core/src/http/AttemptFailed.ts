/**
 * How one attempt failed, and whether another follows.
 */
import { Data } from "effect"
import {
  type AthenaErrorReason,
  Conflict,
  FeedNotSubscribed,
  InvalidRequest,
  PermissionDenied,
  PracticeNotAuthorized,
  PracticeUnknown,
  RecordNotFound,
  ServerUnavailable,
  TooManyMatches,
  UnexpectedStatus,
  UnreadableAnswer
} from "../errors/AthenaError.ts"
import type { Verdict } from "./classify.ts"

/**
 * `at-once`: with another token. `when-admitted`: the gate does the waiting. `after-a-while`: by the schedule for
 * failures that are not ours.
 */
export type Again = "never" | "at-once" | "when-admitted" | "after-a-while"

export class AttemptFailed extends Data.TaggedError("AttemptFailed")<{
  readonly reason: AthenaErrorReason
  readonly again: Again
  /** The endpoint that failed, where it is not the call's own: the one for tokens. */
  readonly endpoint?: string
}> {}

/** What the policy depends on beside the answer. */
export interface AttemptSituation {
  /** The call may be repeated although the server may have acted on it. */
  readonly isRepeatable: boolean
  /** The practice has answered this process before: "Invalid practice." is then an outage. */
  readonly hasAnswered: boolean
}

/** The verdicts that need nothing but this table; tokens and rates have a memory. */
export type PlainFailure = Exclude<Verdict, { readonly _tag: "Accepted" | "Throttled" | "StaleToken" }>

export const failureOf = (verdict: PlainFailure, situation: AttemptSituation): AttemptFailed => {
  const ifRepeatable: Again = situation.isRepeatable ? "after-a-while" : "never"
  const failed = (reason: AthenaErrorReason, again: Again = "never") => new AttemptFailed({ reason, again })
  switch (verdict._tag) {
    case "PracticeNotAuthorized":
      return failed(new PracticeNotAuthorized())
    case "PermissionDenied":
      return failed(new PermissionDenied())
    case "FeedNotSubscribed":
      return failed(new FeedNotSubscribed())
    case "PracticeUnknown":
      return failed(new PracticeUnknown(), situation.hasAnswered ? ifRepeatable : "never")
    case "RecordNotFound":
      return failed(new RecordNotFound())
    case "InvalidRequest":
      return failed(new InvalidRequest({ parameters: verdict.parameters }))
    case "TooManyMatches":
      return failed(new TooManyMatches())
    case "Conflict":
      return failed(new Conflict())
    case "ServerUnavailable":
      return failed(new ServerUnavailable({ status: verdict.status }), ifRepeatable)
    case "Unreadable":
      return failed(new UnreadableAnswer({ kind: verdict.kind }), ifRepeatable)
    case "Unexpected":
      return failed(new UnexpectedStatus({ status: verdict.status }))
  }
}
