import { addDays, type LocalDate } from "@athena-engine/athena-core/time/LocalDate"

/** Days of appointments that are read again where nobody says which: what may still change, and what is planned. */
export const daysBack = 7
export const daysAhead = 90

/** Appointment dates, both included. */
export interface DateRange {
  readonly from: LocalDate
  readonly to: LocalDate
}

/** The days around `today`. */
export const nightlyRange = (today: LocalDate): DateRange => ({
  from: addDays(today, -daysBack),
  to: addDays(today, daysAhead)
})
