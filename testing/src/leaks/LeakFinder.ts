/**
 * Finds planted texts in whatever came out of a program: as they are, in any case, in pieces (a parser's message quotes a
 * few characters), as base64, hex or a list of bytes, percent-encoded, escaped as JSON or HTML does it, and all that twice.
 *
 * A marker is ASCII, and unlike any text that the program has a reason to write.
 */

/** A planted text that came out. */
export interface Leak {
  /** The way out that was looked at. */
  readonly where: string
  readonly marker: string
  /** How it was spelled there. */
  readonly spelling: "plain" | "bytes" | "base64"
  /** What stands around it, to find its source by. */
  readonly around: string
}

export interface LeakFinder {
  readonly find: (where: string, text: string) => ReadonlyArray<Leak>
}

/** Fails a test that found leaks, with a line for each. */
export const assertNone = (leaks: ReadonlyArray<Leak>): void => {
  if (leaks.length === 0) return
  const lines = leaks.map(
    ({ around, marker, spelling, where }) => `${where}: ${marker} (${spelling}) in ${JSON.stringify(around)}`
  )
  throw new Error(`Something came out that must not:\n${lines.join("\n")}`)
}

/** A piece of a marker that is as long as this is no accident. */
const pieceLength = 7
const contextLength = 60

/** The pieces of a marker, each as long as the others; a short marker is its own only one. */
const piecesOf = (marker: string): ReadonlyArray<string> =>
  marker.length <= pieceLength
    ? [marker]
    : Array.from({ length: marker.length - pieceLength + 1 }, (_, at) => marker.slice(at, at + pieceLength))

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&")
const anyOf = (patterns: ReadonlyArray<string>) => [...new Set(patterns)].join("|")

/** `5a 71`, `5A:71`, `0x5a, 0x71`, and the numbers that a printed array of bytes consists of. */
const bytesOf = (text: string): ReadonlyArray<string> => {
  const bytes = [...Buffer.from(text)]
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("[\\s:,-]{0,2}(?:0x)?")
  return [hex, `\\b${bytes.join(",\\s*")}\\b`]
}

const casesOf = (text: string) => [text, text.toLowerCase(), text.toUpperCase()]

/** The characters of base64 that depend on the text alone, wherever in the encoded bytes it begins. */
const base64Of = (text: string): ReadonlyArray<string> =>
  [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]).toString("base64")
    const core = encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + text.length) * 8) / 6))
    return [core, core.replaceAll("+", "-").replaceAll("/", "_")].map(escaped)
  })

const character = (code: string, radix: number, otherwise: string) => {
  const point = Number.parseInt(code, radix)
  return point <= 0x10_ffff ? String.fromCodePoint(point) : otherwise
}

/** Undoes the escapes of URLs, JSON, JavaScript and HTML once. */
const unescaped = (text: string): string =>
  text
    .replace(/%([0-9a-f]{2})/gi, (all, code: string) => character(code, 16, all))
    .replace(/\\+u\{?([0-9a-f]{4,6})\}?/gi, (all, code: string) => character(code, 16, all))
    .replace(/\\+x([0-9a-f]{2})/gi, (all, code: string) => character(code, 16, all))
    .replace(/&#x([0-9a-f]{1,6});/gi, (all, code: string) => character(code, 16, all))
    .replace(/&#(\d{1,7});/g, (all, code: string) => character(code, 10, all))

export const makeLeakFinder = (markers: ReadonlyArray<string>): LeakFinder => {
  const sought = markers.map((marker) => {
    const pieces = piecesOf(marker)
    return {
      marker,
      patterns: [
        ["plain", new RegExp(anyOf(pieces.map(escaped)), "i")],
        ["bytes", new RegExp(anyOf(pieces.flatMap(casesOf).flatMap(bytesOf)), "i")],
        ["base64", new RegExp(anyOf(pieces.flatMap(casesOf).flatMap(base64Of)))]
      ] as const
    }
  })

  const findIn = (where: string, text: string): ReadonlyArray<Leak> =>
    sought.flatMap(({ marker, patterns }) =>
      patterns.flatMap(([spelling, pattern]): ReadonlyArray<Leak> => {
        const at = text.search(pattern)
        if (at < 0) return []
        const around = text.slice(Math.max(0, at - contextLength), at + contextLength)
        return [{ where, marker, spelling, around }]
      })
    )

  const find = (where: string, text: string): ReadonlyArray<Leak> => {
    const once = unescaped(text)
    const twice = unescaped(once)
    for (const form of new Set([text, once, twice])) {
      const leaks = findIn(where, form)
      if (leaks.length > 0) return leaks
    }
    return []
  }
  return { find }
}
