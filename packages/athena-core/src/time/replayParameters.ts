import type { DateTime } from "effect"
import { stampAtOrAfter, stampAtOrBefore } from "./unambiguousStamp.ts"

/** The window of a replay as the vendor reads it: both ends included, to the second. */
export const replayParameters = (window: { readonly from: DateTime.Utc; readonly to: DateTime.Utc }) => ({
  showprocessedstartdatetime: stampAtOrBefore(window.from),
  showprocessedenddatetime: stampAtOrAfter(window.to)
})
