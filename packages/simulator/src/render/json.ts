/** JSON as the vendor writes it: every `/` escaped. */
export const vendorJson = (value: unknown): string => JSON.stringify(value).replaceAll("/", "\\/")

/** A value or nothing in one of the three spellings of "no value" that occur side by side: absent, `null`, `""`. */
export const orNothing = (value: string | undefined, bits: number): string | null | undefined =>
  value ?? (bits % 5 === 0 ? null : bits % 5 === 1 ? "" : undefined)

/** A boolean as itself, or as text where older records have text. */
export const drifting = (value: boolean, asText: boolean): boolean | string => (asText ? String(value) : value)
