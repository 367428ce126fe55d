import { Schema } from "effect"

/**
 * Ids are opaque, but not anything: letters, digits and a few signs, with a digit among them, as `31`, `026`, `-5`,
 * `H228145`, `a-195900.E-30003` and UUIDs are. A name, a sentence or an address in the place of an id is none, and neither
 * is a number written in groups, as social security numbers, telephone numbers and dates are: ids go where what
 * identifies a person must not, into logs, the audit trail and URLs.
 */
const form = /^(?=[^0-9]*[0-9])(?![0-9]+(?:-[0-9]+)+$)[A-Za-z0-9._:~-]{1,64}$/

const areDigits = (value: string): boolean => {
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at)
    if (code < 48 || code > 57) return false
  }
  return value.length > 0 && value.length <= 64
}

/** Whether a text has the form of an id. */
export const isOpaqueId = (value: string): boolean => areDigits(value) || form.test(value)

/** The text of an id of any kind. */
export const OpaqueId = Schema.String.check(
  Schema.makeFilter(
    (value: string) => isOpaqueId(value) || "an id is expected: letters and digits, no words or sentences"
  )
)
