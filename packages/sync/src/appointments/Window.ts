import { daysBetween, type LocalDate } from "@athena-engine/athena-core/time/LocalDate"

/** One day of one practice: small enough to be one page or few. */
export interface Window {
  /** Its name among the finished windows. */
  readonly key: string
  readonly date: LocalDate
}

/** The plan of a range, both ends included: one window a day. */
export const planWindows = (from: LocalDate, to: LocalDate): ReadonlyArray<Window> =>
  daysBetween(from, to).map((date) => ({ key: date, date }))

/** The name of a range among the scopes of runs. */
export const scopeOf = (from: LocalDate, to: LocalDate): string => `${from}/${to}`

/** A range of more days than this, half a year, is a backfill, which may take days: nightly jobs have shorter ones. */
const daysOfNightlyWork = 184

/** Whether a run of so many windows leaves half of what syncs may use of a day to the others. */
export const isBackfill = (windows: ReadonlyArray<Window>): boolean => windows.length > daysOfNightlyWork
