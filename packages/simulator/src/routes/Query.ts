/**
 * Parameters of a request. Names are read without regard to case, a repeated name makes a list, and so
 * does a comma.
 */
export class Query {
  readonly #values = new Map<string, string>()

  constructor(text: string) {
    for (const [name, value] of new URLSearchParams(text)) {
      const key = name.toLowerCase()
      const before = this.#values.get(key)
      this.#values.set(key, before === undefined ? value : `${before},${value}`)
    }
  }

  /** The value, trimmed; `undefined` when absent or empty. */
  text(name: string): string | undefined {
    const value = this.#values.get(name)?.trim()
    return value === "" ? undefined : value
  }

  /** A list; empty when absent. */
  list(name: string): ReadonlyArray<string> {
    return (this.text(name) ?? "")
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== "")
  }

  /** `true`, `1`, `Y` and their like. */
  flag(name: string, otherwise = false): boolean {
    const value = this.text(name)?.toLowerCase()
    return value === undefined ? otherwise : value === "true" || value === "1" || value === "y" || value === "yes"
  }

  /** Those of `names` that were sent, in the order of `names`. */
  sent(names: ReadonlyArray<string>): ReadonlyArray<readonly [name: string, value: string]> {
    return names.flatMap((name) => {
      const value = this.text(name)
      return value === undefined ? [] : [[name, value] as const]
    })
  }
}
