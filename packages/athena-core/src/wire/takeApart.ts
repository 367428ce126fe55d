/**
 * Takes the body of a list apart without parsing it: the text of every element of its array, and what is around them.
 * Each is to be parsed by itself, which is what tells JSON from what only looks like it.
 *
 * A page parsed as a whole is thousands of objects that live until the last of them is used; and who wants a record's
 * text would have to write it again.
 */
export interface TakenApart {
  /** The body with the array empty. */
  readonly envelope: string
  readonly elements: ReadonlyArray<string>
}

const quote = 34
const comma = 44
const openBracket = 91
const backslash = 92
const closeBracket = 93
const openBrace = 123
const closeBrace = 125

/** The array's key is looked for in this many characters, before all of the body is put together. */
const likelyHead = 4096
/** An element that is longer than this is not looked for piece by piece. */
const longElement = 1_000_000

const isEscaped = (text: string, at: number): boolean => {
  let slashes = 0
  while (text.charCodeAt(at - 1 - slashes) === backslash) slashes += 1
  return slashes % 2 === 1
}

/** Where the string that begins at `start` ends; -1 if it does not. */
const endOfString = (text: string, start: number): number => {
  let end = text.indexOf('"', start + 1)
  while (text.charCodeAt(end - 1) === backslash && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end
}

const skipBlanks = (text: string, from: number): number => {
  let at = from
  while (text.charCodeAt(at) <= 32) at += 1
  return at
}

/** Where the elements of the array under `key` begin, if the text goes that far; without a key, of the outermost one. */
const startOfArray = (text: string, key: string | undefined): number | undefined => {
  if (key === undefined) {
    const bracket = skipBlanks(text, 0)
    return text.charCodeAt(bracket) === openBracket ? bracket + 1 : undefined
  }
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) {
      const end = endOfString(text, at)
      if (end === -1) return undefined
      if (depth === 1 && end - at - 1 === key.length && text.startsWith(key, at + 1)) {
        const colon = skipBlanks(text, end + 1)
        const bracket = skipBlanks(text, colon + 1)
        if (text[colon] === ":" && text.charCodeAt(bracket) === openBracket) return bracket + 1
      }
      at = end
    } else if (code === openBrace || code === openBracket) depth += 1
    else if (code === closeBrace || code === closeBracket) depth -= 1
  }
  return undefined
}

const trimmed = (text: string, from: number, to: number): string => {
  const isTight = text.charCodeAt(from) > 32 && text.charCodeAt(to - 1) > 32
  return isTight ? text.slice(from, to) : text.slice(from, to).trim()
}

/** Where a search for elements came to. */
interface Searched {
  /** Where the element begins that is not over. */
  readonly begin: number
  /** Where the array ends; -1 if it goes on. */
  readonly end: number
}

/** Adds the elements that are whole in `text` from `from` on. */
const findElements = (text: string, from: number, elements: Array<string>): Searched => {
  let begin = from
  let depth = 0
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) {
      at = endOfString(text, at)
      if (at === -1) break
    } else if (code === comma) {
      if (depth > 0) continue
      elements.push(trimmed(text, begin, at))
      begin = at + 1
    } else if (code === openBrace || code === openBracket) depth += 1
    else if (code === closeBrace) depth -= 1
    else if (code === closeBracket) {
      if (depth === 0) return { begin, end: at }
      depth -= 1
    }
  }
  return { begin, end: -1 }
}

/** `undefined` if there is no such array in the outermost object (without a key: nothing but an array), or it does not end. */
export const takeApart = (pieces: ReadonlyArray<string>, key: string | undefined): TakenApart | undefined => {
  let text = ""
  let next = 0
  while (next < pieces.length && text.length < likelyHead) text += pieces[next++]
  let start = startOfArray(text, key)
  if (start === undefined) {
    text += pieces.slice(next).join("")
    next = pieces.length
    start = startOfArray(text, key)
  }
  if (start === undefined) return undefined

  const prefix = text.slice(0, start)
  const elements: Array<string> = []
  let searched = findElements(text, start, elements)
  while (searched.end === -1) {
    if (next >= pieces.length) return undefined
    // The element goes on in the next piece: it is read from its beginning again.
    const begun = text.slice(searched.begin)
    const isLong = begun.length > longElement
    text = begun + (isLong ? pieces.slice(next).join("") : pieces[next])
    next = isLong ? pieces.length : next + 1
    searched = findElements(text, 0, elements)
  }
  const last = text.slice(searched.begin, searched.end).trim()
  // `[]` has no element; `[1,]` has a second one, which is no JSON.
  if (elements.length > 0 || last !== "") elements.push(last)
  return { envelope: prefix + text.slice(searched.end) + pieces.slice(next).join(""), elements }
}
