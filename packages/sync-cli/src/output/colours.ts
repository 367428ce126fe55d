/**
 * Colours where they are seen: on a terminal. `NO_COLOR`, `FORCE_COLOR` and `TERM=dumb` are respected, as Node's `styleText`
 * does by itself.
 */
import { styleText } from "node:util"

type Style = Parameters<typeof styleText>[0]

/** Text of a result, on stdout. */
export const coloured = (style: Style, text: string): string => styleText(style, text, { stream: process.stdout })

/** Text on stderr, such as the progress. */
export const colouredOnStderr = (style: Style, text: string): string =>
  styleText(style, text, { stream: process.stderr })

const styles: Readonly<Record<string, Style>> = {
  complete: "green",
  same: "green",
  ok: "green",
  created: "green",
  partial: "yellow",
  running: "yellow",
  warning: "yellow",
  different: "yellow",
  missing: "yellow",
  surplus: "yellow",
  skipped: "dim",
  failed: "red",
  killed: "red"
}

/** A status in its colour. */
export const status = (word: string): string => {
  const style = styles[word]
  return style === undefined ? word : coloured(style, word)
}
