import type { Scalar } from "../wire/Scalar.ts"

/**
 * A time of day where the department is, 24 hours: `09:15`. `00:00` and odd minutes occur; seconds are dropped when
 * they come. Another clock than the vendor's stamps, which are US Eastern.
 */
export const clockTime: Scalar<string> = {
  expected: "a time of day as HH:MM",
  parse: (input) => {
    const match = typeof input === "string" ? /^\s*(\d{1,2}):(\d{2})(?::\d{2})?\s*$/.exec(input) : null
    if (match === null || Number(match[1]) > 23 || Number(match[2]) > 59) return undefined
    return `${match[1]?.padStart(2, "0")}:${match[2]}`
  },
  print: (value) => value
}
