/** Deeper than any Bundle. A megabyte of brackets would keep `JSON.parse`, and with it every other request, for a second. */
const deepest = 500

/** Below that size, depth costs nothing. */
const harmlessBytes = 16_384

const quote = 0x22
const backslash = 0x5c

const isOpening = (byte: number | undefined) => byte === 0x7b || byte === 0x5b
const isClosing = (byte: number | undefined) => byte === 0x7d || byte === 0x5d

/** Whether a text, as UTF-8, is nested deeper than is worth parsing. */
export const isNestedTooDeep = (body: Uint8Array): boolean => {
  if (body.length <= harmlessBytes) return false
  let depth = 0
  let isInString = false
  for (let at = 0; at < body.length; at++) {
    const byte = body[at]
    if (isInString) {
      if (byte === backslash) at++
      else if (byte === quote) isInString = false
    } else if (byte === quote) isInString = true
    else if (isOpening(byte) && ++depth > deepest) return true
    else if (isClosing(byte)) depth--
  }
  return false
}
