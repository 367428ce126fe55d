/** How wide the terminal is; 80 columns where there is none. */
export const terminalWidth = (): number => process.stdout.columns ?? 80

/** Text in lines of at most `width` characters, broken at spaces; a word that is longer stands alone. */
export const wrapped = (text: string, width: number, indent = ""): string => {
  const lines: Array<string> = []
  let line = ""
  for (const word of text.split(" ")) {
    if (line !== "" && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line)
      line = word
    } else line = line === "" ? word : `${line} ${word}`
  }
  return [...lines, indent + line].join("\n")
}
