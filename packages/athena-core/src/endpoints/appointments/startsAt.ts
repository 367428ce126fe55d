import type { DateTime } from "effect"
import type { ClockTime } from "../../time/clockTime.ts"
import type { LocalDate } from "../../time/LocalDate.ts"
import { instantOf } from "../../time/localTime.ts"
import type { Department } from "../practice/Department.ts"

/**
 * When an appointment or an open slot begins: its day and time are those of its department's clock. `undefined` as long as
 * nobody knows the department's zone; the practice's other departments may be in another one.
 */
export const startsAt = (
  { date, startTime }: { readonly date: LocalDate; readonly startTime: ClockTime },
  { zone }: Pick<Department, "zone">
): DateTime.Zoned | undefined => (zone === undefined ? undefined : instantOf({ date, time: startTime }, zone))
