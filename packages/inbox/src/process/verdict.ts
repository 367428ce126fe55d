/**
 * What a failed reading means for the queue: whom it is about, and how long to wait.
 */
import type { AthenaError } from "@athena-engine/athena-core/errors/AthenaError"
import type { RunError } from "@athena-engine/sync/runs/RunError"
import { DateTime, Schema } from "effect"

/** The record was not read in the time that there is for it. */
export class ReadingSlow extends Schema.TaggedError<ReadingSlow>()("ReadingSlow", {}) {}

export type Verdict =
  /** The practice, the app or the day's quota is told to wait. Nothing of the practice is tried before. */
  | { readonly _tag: "Told"; readonly retryAt: string }
  /** Nobody knows yet whether it is the practice or the record: ask whether the practice answers at all. */
  | { readonly _tag: "Unclear" }
  /** The practice, or everything, is out. Its records wait, and none loses an attempt. */
  | { readonly _tag: "Out" }
  /** Our own database, or the audit trail in it: nothing about the practice or the record. */
  | { readonly _tag: "Ours" }
  /** It is the record: it may be tried some more times. */
  | { readonly _tag: "Record" }

const ofReason = ({ reason }: AthenaError): Verdict => {
  switch (reason._tag) {
    case "Throttled":
    case "TokenQuotaExceeded":
      return { _tag: "Told", retryAt: DateTime.formatIso(reason.retryAt) }
    case "BudgetUnavailable":
      return { _tag: "Ours" }
    case "InvalidCredentials":
    case "CredentialsMissing":
    case "TokenRefused":
    case "PracticeNotAuthorized":
    case "PracticeUnknown":
    case "Unreachable":
      return { _tag: "Out" }
    case "ServerUnavailable":
    case "TimedOut":
    case "UnreadableAnswer":
    case "UnexpectedStatus":
    case "RefusedInside":
      return { _tag: "Unclear" }
    default:
      return { _tag: "Record" }
  }
}

export const verdictOf = (error: RunError | ReadingSlow): Verdict => {
  switch (error._tag) {
    case "ReadingSlow":
      return { _tag: "Unclear" }
    case "AthenaError":
      return ofReason(error)
    // The control was not found either: whatever is said of single records now says nothing.
    case "RecordsUnanswered":
    case "DepartmentsMissing":
      return { _tag: "Out" }
    default:
      return { _tag: "Ours" }
  }
}

/** Failed attempts after which a record is given up, until its next event or until somebody sends it through again. */
export const mostAttempts = 8

/** Until the next attempt: 5 s, then three times as long each time, up to an hour. */
export const waitAfter = (attempts: number): number => Math.min(3_600_000, 5_000 * 3 ** attempts)

/** While our own database was away, there is nothing to back off from but it. */
export const waitForOurselves = 2_000
