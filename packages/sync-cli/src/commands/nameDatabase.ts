import type { RunFailure } from "@athena-engine/sync/runs/SyncResult"

/** Failures of the database rather than of the practice. */
const isOfDatabase = (tag: string) =>
  ["AuditTrailUnavailable", "CommitsLost", "DatabaseError", "LeaseLost"].includes(tag)

/** A failure of the database says which one it was, so that its line alone tells where to go. `place` holds no secret. */
export const nameDatabase =
  (place: string) =>
  <A extends { readonly error?: RunFailure }>(result: A): A =>
    result.error !== undefined && isOfDatabase(result.error.tag)
      ? {
          ...result,
          error: { ...result.error, message: `${result.error.message.replace(/\.$/, "")}. This is ${place}.` }
        }
      : result
