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
