import { DateTime, Schema } from "effect"
import type { Scalar } from "../wire/Scalar.ts"

const daysIn = (year: number, month: number) =>
  month === 2
    ? year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
      ? 29
      : 28
    : [4, 6, 9, 11].includes(month)
      ? 30
      : 31

const isCalendarDate = (value: string) => {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value)
  if (match === null) return false
  const year = Number(match[1])
  const month = Number(match[2])
  const day = Number(match[3])
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
}

/** A day of the calendar without a time zone, as ISO 8601 writes it: `2019-06-01`. */
export const LocalDate = Schema.String.check(
  Schema.makeFilter((value: string) => isCalendarDate(value) || "a calendar date as YYYY-MM-DD is expected")
).pipe(Schema.brand("LocalDate"))
export type LocalDate = typeof LocalDate.Type

const pad = (value: string) => value.padStart(2, "0")

/** The vendor writes `06/01/2019`, rarely without leading zeros. */
export const vendorDate: Scalar<LocalDate> = {
  expected: "a date as MM/DD/YYYY",
  parse: (input) => {
    const match = typeof input === "string" ? /^\s*(\d{1,2})\/(\d{1,2})\/\s*(\d{1,4})\s*$/.exec(input) : null
    if (match === null) return undefined
    const iso = `${match[3]?.padStart(4, "0")}-${pad(match[1] ?? "")}-${pad(match[2] ?? "")}`
    return isCalendarDate(iso) ? (iso as LocalDate) : undefined
  },
  print: (date) => `${date.slice(5, 7)}/${date.slice(8, 10)}/${date.slice(0, 4)}`
}

/** The day `days` after `date`; negative counts go back. */
export const addDays = (date: LocalDate, days: number): LocalDate =>
  LocalDate.make(DateTime.formatIsoDateUtc(DateTime.add(DateTime.makeUnsafe(`${date}T00:00:00Z`), { days })))

/** Every day from `from` to `to`, both included; empty when `to` is before `from`. */
export const daysBetween = (from: LocalDate, to: LocalDate): ReadonlyArray<LocalDate> => {
  const days: Array<LocalDate> = []
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day)
  return days
}
