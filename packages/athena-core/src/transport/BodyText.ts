/**
 * The text of an answer's body, in the pieces that it arrived in. A page of a thousand records is the better part of a
 * megabyte, and a memory block of that size costs more to get than its contents cost to read; so nobody puts the pieces
 * together who need not.
 */
export class BodyText {
  readonly #pieces: ReadonlyArray<string>

  constructor(pieces: ReadonlyArray<string>) {
    this.#pieces = pieces
  }

  static readonly of = (text: string): BodyText => new BodyText(text === "" ? [] : [text])

  /** In order; none is empty. */
  get pieces(): ReadonlyArray<string> {
    return this.#pieces
  }

  /** All of it as one. */
  get whole(): string {
    return this.#pieces.length === 1 ? (this.#pieces[0] as string) : this.#pieces.join("")
  }

  /** Its first characters. */
  head(length: number): string {
    let head = ""
    for (const piece of this.#pieces) {
      head += piece.slice(0, length - head.length)
      if (head.length >= length) break
    }
    return head
  }
}

/** Where the last whole character of UTF-8 ends. */
const wholeCharacters = (bytes: Uint8Array): number => {
  // A character has four bytes at most, so its first is among the last three if it is not whole.
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number
    if (byte < 0x80) break
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
      return length > back ? bytes.length - back : bytes.length
    }
  }
  return bytes.length
}

const byteOrderMark = "\ufeff"

/** Takes a body's bytes as they arrive. Bytes that are no UTF-8 become U+FFFD. */
export class PieceDecoder {
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true })
  readonly #pieces: Array<string> = []
  #rest = new Uint8Array(0)
  #hasBegun = false

  add(bytes: Uint8Array): void {
    const all = this.#rest.length === 0 ? bytes : joined(this.#rest, bytes)
    const end = wholeCharacters(all)
    this.#rest = all.slice(end)
    this.#push(this.#decoder.decode(all.subarray(0, end)))
  }

  finish(): BodyText {
    if (this.#rest.length > 0) this.#push(this.#decoder.decode(this.#rest))
    return new BodyText(this.#pieces)
  }

  #push(text: string): void {
    if (text === "") return
    // Only the first character of a body is a mark; it may be all of the first piece.
    const piece = !this.#hasBegun && text.startsWith(byteOrderMark) ? text.slice(1) : text
    this.#hasBegun = true
    if (piece !== "") this.#pieces.push(piece)
  }
}

const joined = (a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> => {
  const all = new Uint8Array(a.length + b.length)
  all.set(a)
  all.set(b, a.length)
  return all
}
