import { DateTime, Option } from "effect"
import type { Scalar } from "../wire/Scalar.ts"

/** With seconds and an offset: `2019-08-08T14:31:41-04:00`, `2018-11-26T09:30:00Z`. */
const form = /^\s*\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})\s*$/

/**
 * The stamps of charts and documents, which say their offset: another clock than that of appointments, whose stamps are
 * US Eastern and do not say so.
 */
export const isoStamp: Scalar<DateTime.Utc> = {
  expected: "a stamp as YYYY-MM-DDTHH:MM:SS with an offset",
  parse: (input) =>
    typeof input === "string" && form.test(input)
      ? Option.getOrUndefined(Option.map(DateTime.make(input.trim()), DateTime.toUtc))
      : undefined,
  print: DateTime.formatIso
}
