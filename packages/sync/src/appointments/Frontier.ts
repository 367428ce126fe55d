import type { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import type { Window } from "./Window.ts"

/** How far a run has come without a gap. Of years of days, each is looked at once. */
export interface Frontier {
  /** The last of the windows that are done from the first on, with `coming`, which will be; none if the first is not. */
  readonly with: (coming: Window) => LocalDate | undefined
}

/** Of `windows`, in their order; once one is done, it stays so. */
export const makeFrontier = (windows: ReadonlyArray<Window>, isDone: (window: Window) => boolean): Frontier => {
  let open = 0
  const firstFrom = (start: number, isPassed: (window: Window) => boolean) => {
    let n = start
    for (let window = windows[n]; window !== undefined && isPassed(window); window = windows[n]) n += 1
    return n
  }
  return {
    with: (coming) => {
      open = firstFrom(open, isDone)
      return windows[firstFrom(open, (window) => window === coming || isDone(window)) - 1]?.date
    }
  }
}
