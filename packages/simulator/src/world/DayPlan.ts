/**
 * How many rows each day of a practice holds, and which index each row has, without making a row. `volume`
 * rows are spread over the weekdays of June 2019 (booked, seen and cancelled ones; open slots come on top),
 * and a few over the weeks before and after, so that a query which ignores its dates shows.
 */
import { dayNumber, isWeekday } from "./calendar.ts"

export interface PlannedDay {
  readonly day: number
  /** Rows with a patient. */
  readonly booked: number
  /** Open slots, after the booked rows. */
  readonly open: number
  /** Index of the day's first row in the whole practice. */
  readonly first: number
}

export interface DayPlan {
  readonly days: ReadonlyArray<PlannedDay>
  readonly total: number
}

/** The plan for `volume` rows with a patient in June 2019. */
export const planDays = (volume: number): DayPlan => {
  const june = weekdays(dayNumber(2019, 6, 1), dayNumber(2019, 6, 30))
  const around = new Set([
    ...weekdays(dayNumber(2019, 5, 27), dayNumber(2019, 5, 31)),
    ...weekdays(dayNumber(2019, 7, 1), dayNumber(2019, 7, 5))
  ])
  const days: Array<PlannedDay> = []
  let total = 0
  for (const day of [...june, ...around].sort((a, b) => a - b)) {
    const place = june.indexOf(day)
    const booked = place < 0 ? 6 : Math.floor(volume / june.length) + (place < volume % june.length ? 1 : 0)
    const open = Math.ceil(booked * 0.08)
    days.push({ day, booked, open, first: total })
    total += booked + open
  }
  return { days, total }
}

const weekdays = (from: number, to: number): ReadonlyArray<number> =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i).filter(isWeekday)
