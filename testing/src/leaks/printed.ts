/** Every way in which a value is printed by accident, as one text to look through. */
import { inspect } from "node:util"

const json = (value: unknown): string => {
  try {
    return JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? String(item) : item)) ?? ""
  } catch {
    // A circle; `inspect` shows what is in it.
    return ""
  }
}

const asText = (value: unknown): string => {
  try {
    return `${value}`
  } catch {
    return ""
  }
}

const everything = {
  depth: 30,
  showHidden: true,
  maxStringLength: null,
  maxArrayLength: null,
  breakLength: 200
} as const

const ofError = (error: Error, depth: number): ReadonlyArray<string> => [
  error.name,
  error.message,
  error.stack ?? "",
  ...(depth > 10 || error.cause === undefined ? [] : forms(error.cause, depth + 1))
]

const forms = (value: unknown, depth: number): ReadonlyArray<string> => [
  asText(value),
  json(value),
  json([value]),
  inspect(value),
  inspect(value, { ...everything, getters: true }),
  inspect(value, { ...everything, customInspect: false }),
  ...(value instanceof Error ? ofError(value, depth) : [])
]

/** `value` as text, as JSON and as Node shows it, hidden properties and getters too; of an error all its causes as well. */
export const printed = (value: unknown): string => forms(value, 0).join("\n")
