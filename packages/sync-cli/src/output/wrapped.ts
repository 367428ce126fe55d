/** How wide the terminal is; 80 columns where there is none. */
export const terminalWidth = (): number => process.stdout.columns ?? 80

/** The same, but without bounds where there is none: whatever reads tables and remarks there would have to put broken lines together again. */
export const readersWidth = (): number => (process.stdout.isTTY ? terminalWidth() : Number.POSITIVE_INFINITY)

/** What is said on stderr: broken where it is read in a terminal. */
export const toldOnStderr = (text: string): string =>
  process.stderr.isTTY ? wrapped(text, process.stderr.columns, "", "  ") : text

/**
 * Text in lines of at most `width` characters, broken at spaces; a word that is longer stands alone. `indent` stands before
 * the first line, `hanging` before the others.
 */
export const wrapped = (text: string, width: number, indent = "", hanging = indent): string => {
  const lines: Array<string> = []
  let line = ""
  for (const word of text.split(" ")) {
    const before = lines.length === 0 ? indent : hanging
    if (line !== "" && before.length + line.length + 1 + word.length > width) {
      lines.push(before + line)
      line = word
    } else line = line === "" ? word : `${line} ${word}`
  }
  return [...lines, (lines.length === 0 ? indent : hanging) + line].join("\n")
}

/** A remark of one or more lines, the others indented, so that it is seen where the next one begins. */
export const remarkLines = (text: string, width = readersWidth()): string => wrapped(text, width, "", "  ")
