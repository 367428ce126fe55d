import type { RunFailure, SyncResult } from "../runs/SyncResult.ts"
import type { FeedName, SweepReason } from "./journal.ts"

/** What reading a feed came to, as `--json` prints it. `fetched` counts what was replayed and swept too. */
export interface ChangesResult extends SyncResult {
  readonly resource: FeedName
  /** The same: tells the feed's result from that of the list. */
  readonly feed: FeedName
  /**
   * `pending`: asked for, and not in force yet; nothing could be read, which is no failure. `partial`: active, but not for all
   * of the events that belong to it.
   */
  readonly subscription: "active" | "partial" | "pending" | "unknown"
  /** Of a pending subscription: when it is in force at the latest, ISO 8601. What changes from then on comes. */
  readonly changesFrom?: string
  /** Events that nobody has subscribed, of a partial subscription. */
  readonly missingEvents?: ReadonlyArray<string>
  /** Rows that were replayed, since they may have been lost. */
  readonly replayed: number
  /** That all that is known had to be looked at, why, and whether that is done. */
  readonly sweep?: { readonly reason: SweepReason; readonly state: "done" | "open" }
  readonly notes: ReadonlyArray<string>
}

const reasons: Readonly<Record<SweepReason, string>> = {
  activated: "its feed tells nothing of what changed before its subscription took effect",
  lapsed: "the subscription of its feed had ended",
  late: "its feed was not read for so long that changes may have been forgotten",
  "replay-too-old": "what may have been lost is older than what is surely kept to be replayed",
  "replay-refused": "what may have been lost could not be replayed"
}

/** Why all that is known has to be looked at, and by what. */
export const sweepNote = (feed: FeedName, reason: SweepReason): string =>
  feed === "patients"
    ? `patients have to be read anew, since ${reasons[reason]}; athena-sync patients does it`
    : `stored days have to be read anew, since ${reasons[reason]}; the next athena-sync changes does it`

/** Changes were lost for the feed, and what looks for them in its place has not been done yet. */
export const changesMissing = (where: string, note: string): RunFailure => ({
  tag: "ChangesMissing",
  message: `${where}: ${note}`
})
