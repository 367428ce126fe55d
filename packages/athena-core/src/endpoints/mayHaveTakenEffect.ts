import type { AuditTrailUnavailable } from "../audit/AuditTrail.ts"
import type { AthenaError } from "../errors/AthenaError.ts"
import { wasNeverConnected } from "../errors/connectionCodes.ts"

/**
 * Whether a call that failed may have done what it was for all the same: no answer came, or one that does not say. A
 * refusal says that nothing happened. What a write did is then unknown, and what a feed sent is lost until replayed.
 */
export const mayHaveTakenEffect = (error: AthenaError | AuditTrailUnavailable): boolean => {
  // Without an intent no request leaves; without an outcome one has left, and been answered.
  if (error._tag === "AuditTrailUnavailable") return error.step === "outcome"
  const { attempts, endpoint, reason } = error
  // What failed was to get a token, which comes before the call, or after one that was refused for its own.
  if (endpoint.startsWith("POST /oauth2/")) return false
  switch (reason._tag) {
    case "Unreachable":
      return attempts > 0 && !wasNeverConnected(reason.code)
    case "TimedOut":
    case "ServerUnavailable":
    case "UnreadableAnswer":
    case "UnexpectedStatus":
      return attempts > 0
    default:
      return false
  }
}
