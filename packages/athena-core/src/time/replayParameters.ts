/**
 * The window of a replay as the vendor reads it: two Eastern stamps without a zone. A stamp of the hour that occurs twice
 * each autumn may be read either way, so an end that lies in it is moved out of it, away from the other.
 */
import { DateTime } from "effect"
import { easternStamp } from "./easternStamp.ts"

const hour = 3_600_000

const wallClock = (epochMillis: number): string => easternStamp.print(DateTime.makeUnsafe(epochMillis))

/** Whether the same wall clock shows an hour earlier or later as well. */
const isAmbiguous = (epochMillis: number): boolean => {
  const shown = wallClock(epochMillis)
  return shown === wallClock(epochMillis - hour) || shown === wallClock(epochMillis + hour)
}

/** Moves an ambiguous instant by whole hours until it is none. */
const movedOut = (epochMillis: number, step: number): number =>
  isAmbiguous(epochMillis) ? movedOut(epochMillis + step, step) : epochMillis

/** Both ends included, to the second; the end is rounded up. */
export const replayParameters = (window: { readonly from: DateTime.Utc; readonly to: DateTime.Utc }) => ({
  showprocessedstartdatetime: wallClock(movedOut(DateTime.toEpochMillis(window.from), -hour)),
  showprocessedenddatetime: wallClock(movedOut(DateTime.toEpochMillis(window.to) + 999, hour))
})
