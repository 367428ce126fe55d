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
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end
}

const skipBlanks = (text: string, from: number): number => {
  let at = from
  while (text.charCodeAt(at) <= 32) at += 1
  return at
}

/** Where the elements of the array under `key` begin, if the text goes that far. */
const startOfArray = (text: string, key: string): number | undefined => {
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

/** `undefined` if there is no such array in the outermost object, or it does not end. */
export const takeApart = (pieces: ReadonlyArray<string>, key: string): TakenApart | undefined => {
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
  let begin = start
  let depth = 0
  for (let at = start; ; at++) {
    if (at >= text.length) {
      // The element goes on in the next piece: it is read from its beginning again.
      if (next >= pieces.length) return undefined
      const begun = text.slice(begin)
      const isLong = begun.length > longElement
      text = begun + (isLong ? pieces.slice(next).join("") : pieces[next])
      next = isLong ? pieces.length : next + 1
      begin = 0
      depth = 0
      at = -1
      continue
    }
    switch (text.charCodeAt(at)) {
      case quote: {
        const end = endOfString(text, at)
        at = end === -1 ? text.length : end
        break
      }
      case openBrace:
      case openBracket:
        depth += 1
        break
      case closeBrace:
        depth -= 1
        break
      case comma:
        if (depth > 0) break
        elements.push(text.slice(begin, at).trim())
        begin = at + 1
        break
      case closeBracket:
        if (depth > 0) {
          depth -= 1
          break
        }
        return finished(prefix, elements, text.slice(begin, at).trim(), text.slice(at) + pieces.slice(next).join(""))
    }
  }
}

const finished = (prefix: string, elements: Array<string>, last: string, suffix: string): TakenApart => {
  // `[]` has no element; `[1,]` has a second one, which is no JSON.
  if (elements.length > 0 || last !== "") elements.push(last)
  return { envelope: prefix + suffix, elements }
}
