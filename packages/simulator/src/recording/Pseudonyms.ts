/**
 * Other values for the ids and moments of one recording: the same value gives the same other one wherever it stands, so that
 * a fixture's records still refer to each other, and nobody can tell the first from the second. The key is random and goes
 * with the recording.
 */
import { createHmac, randomBytes, randomInt } from "node:crypto"

export interface Pseudonyms {
  /** Digits become other digits, as many; anything else stays. */
  readonly id: (value: string) => string
  /** Dates in the spellings that the vendor has move by whole weeks, all by as many; undefined where there is none. */
  readonly moment: (value: string) => string | undefined
}

const millisPerDay = 86_400_000
const pad = (value: number, length = 2) => String(value).padStart(length, "0")

/** `04/30/2019`, with or without a time after it. */
const american = /^(\d{2})\/(\d{2})\/(\d{4})(.*)$/s
/** `2019-04-30`, with or without a time after it. */
const iso = /^(\d{4})-(\d{2})-(\d{2})(.*)$/s
/** What may stand after a date. */
const timeOfDay = /^(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AP]M)?(?:Z|[+-]\d{2}:?\d{2})?)?$/

export const makePseudonyms = (): Pseudonyms => {
  const key = randomBytes(32)
  const weeks = randomInt(52, 520)
  const chosen = new Map<string, string>()
  const taken = new Set<string>()

  const digitsFor = (digits: string): string => {
    const known = chosen.get(digits)
    if (known !== undefined) return known
    for (let round = 0; ; round++) {
      const hash = createHmac("sha256", key).update(`${round} ${digits}`).digest()
      // The first digit is none of zero's, so that a number stays as long as it was.
      const other = Array.from(digits, (_, at) =>
        String(at === 0 ? 1 + ((hash[at % 32] ?? 0) % 9) : (hash[at % 32] ?? 0) % 10)
      )
      const candidate = other.join("")
      // Very short ids may have none left that is no other's.
      if (candidate !== digits && (!taken.has(candidate) || round > 100)) {
        taken.add(candidate)
        chosen.set(digits, candidate)
        return candidate
      }
    }
  }

  const shifted = (year: string, month: string, day: string) => {
    const at = Date.UTC(Number(year), Number(month) - 1, Number(day))
    const moved = new Date(at - weeks * 7 * millisPerDay)
    return { year: pad(moved.getUTCFullYear(), 4), month: pad(moved.getUTCMonth() + 1), day: pad(moved.getUTCDate()) }
  }

  return {
    id: (value) => value.replace(/\d+/g, digitsFor),
    moment: (value) => {
      const [, month = "", day = "", year = "", rest = ""] = american.exec(value) ?? []
      if (year !== "" && timeOfDay.test(rest)) {
        const to = shifted(year, month, day)
        return `${to.month}/${to.day}/${to.year}${rest}`
      }
      const [, isoYear = "", isoMonth = "", isoDay = "", isoRest = ""] = iso.exec(value) ?? []
      if (isoYear === "" || !timeOfDay.test(isoRest)) return undefined
      const to = shifted(isoYear, isoMonth, isoDay)
      return `${to.year}-${to.month}-${to.day}${isoRest}`
    }
  }
}
