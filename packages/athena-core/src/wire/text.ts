import type { Scalar } from "./Scalar.ts"

/** Any text; numbers and booleans are kept by their spelling. */
export const text: Scalar<string> = {
  expected: "text",
  parse: (input) => (typeof input === "string" ? input : String(input)),
  print: (value) => value
}
