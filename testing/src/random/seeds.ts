/**
 * The seeds that a random test runs with, to be named in its title.
 *
 * - short: 1, 2, 3 …, so that a run says the same as the last one
 * - long: new ones at every run
 * - `TEST_SEED=123`: that one alone, to play a failure again
 */
import { randomInt } from "node:crypto"
import { sized } from "../size/sized.ts"

export const seeds = (howMany: { readonly short: number; readonly long: number }): ReadonlyArray<number> => {
  const asked = process.env["TEST_SEED"]
  if (asked !== undefined && asked !== "") {
    if (!/^\d{1,10}$/.test(asked)) throw new Error(`TEST_SEED must be a whole number, not "${asked}"`)
    return [Number(asked)]
  }
  return Array.from({ length: sized(howMany) }, (_, n) => sized({ short: n + 1, long: randomInt(1_000_000_000) }))
}
