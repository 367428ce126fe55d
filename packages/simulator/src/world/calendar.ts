/**
 * Calendar days as whole numbers since 1970-01-01, and the two ways they are written: `MM/DD/YYYY` on
 * the wire, `YYYY-MM-DD` in mutations and snapshots. A day is local to its department and has no zone.
 */

/** Milliseconds of a day without a change of the clocks. */
export const dayMillis = 86_400_000

/** The day number of a calendar date; `month` is 1 to 12. */
export const dayNumber = (year: number, month: number, day: number): number =>
  Date.UTC(year, month - 1, day) / dayMillis

/** 0 is Sunday. */
export const weekday = (day: number): number => (((day + 4) % 7) + 7) % 7

/** Monday to Friday. */
export const isWeekday = (day: number): boolean => weekday(day) % 6 !== 0

/** `2019-06-03`. */
export const isoDate = (day: number): string => new Date(day * dayMillis).toISOString().slice(0, 10)

/** `06/03/2019`. */
export const usDate = (day: number): string => {
  const known = usDates.get(day)
  if (known !== undefined) return known
  const iso = isoDate(day)
  const text = `${iso.slice(5, 7)}/${iso.slice(8, 10)}/${iso.slice(0, 4)}`
  usDates.set(day, text)
  return text
}

/** The day of `06/03/2019`; `undefined` when the text is no such date. One-digit months and days pass, as at the vendor's. */
export const parseUsDate = (text: string): number | undefined => {
  const parts = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text.trim())
  return parts === null ? undefined : checkedDay(Number(parts[3]), Number(parts[1]), Number(parts[2]))
}

/** The day of `2019-06-03`; `undefined` when the text is no such date. */
export const parseIsoDate = (text: string): number | undefined => {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  return parts === null ? undefined : checkedDay(Number(parts[1]), Number(parts[2]), Number(parts[3]))
}

/** `09:05` of minutes since midnight. */
export const clockTime = (minutes: number): string => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`

/** Minutes since midnight of `09:05`; `undefined` when the text is no time of day. */
export const parseClockTime = (text: string): number | undefined => {
  const parts = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text)
  return parts === null ? undefined : Number(parts[1]) * 60 + Number(parts[2])
}

/** A number with at least two digits. */
export const two = (n: number): string => (n < 10 ? `0${n}` : String(n))

const usDates = new Map<number, string>()

const checkedDay = (year: number, month: number, day: number): number | undefined => {
  const number = dayNumber(year, month, day)
  return isoDate(number) === `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}` ? number : undefined
}
