/**
 * HTML as a template: whatever is put into it is escaped, unless it is such HTML itself. Attribute values stand in double quotes.
 */

/** Text that is HTML already. Only `html` makes it. */
export class Html {
  readonly #text: string

  private constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }

  /** For `html` alone. */
  static ofEscaped(text: string): Html {
    return new Html(text)
  }
}

/** What may be put into it; `undefined` and `false` are nothing. */
export type Part = Html | string | number | undefined | false | ReadonlyArray<Html>

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;"
}

/** Control characters have no place in a page either. */
export const escaped = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}]/gu, " ").replace(/[&<>"'`]/g, (character) => entities[character] ?? "")

const textOf = (part: Part): string => {
  if (part === undefined || part === false) return ""
  if (part instanceof Html) return part.toString()
  if (typeof part === "number" || typeof part === "string") return escaped(String(part))
  return part.map(String).join("")
}

export const html = (strings: TemplateStringsArray, ...parts: ReadonlyArray<Part>): Html =>
  Html.ofEscaped(strings.reduce((text, string, index) => text + textOf(parts[index - 1]) + string))
