/**
 * Eastern stamps for parameters that bound a window. A stamp of the hour that occurs twice each autumn may be read either
 * way, so a bound that lies in it is moved out of it, to where the window grows: what is asked for twice costs a row, what is
 * not asked for is lost.
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

/** For the beginning of a window: whichever way it is read, it is not after `instant`. */
export const stampAtOrBefore = (instant: DateTime.Utc): string =>
  wallClock(movedOut(DateTime.toEpochMillis(instant), -hour))

/** For the end of a window, rounded up to the second: whichever way it is read, it is not before `instant`. */
export const stampAtOrAfter = (instant: DateTime.Utc): string =>
  wallClock(movedOut(DateTime.toEpochMillis(instant) + 999, hour))
