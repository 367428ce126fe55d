/** A cell; numbers stand right, text left. */
export type Cell = string | number

const width = (text: string) => [...text].length

/** Rows under their headings, in columns as wide as their widest cell. */
export const table = (headings: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<Cell>>): string => {
  const texts = rows.map((row) => row.map((cell) => (typeof cell === "number" ? cell.toLocaleString("en-US") : cell)))
  const widths = headings.map((heading, column) =>
    Math.max(width(heading), ...texts.map((row) => width(row[column] ?? "")))
  )
  const isNumeric = headings.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === "number"))
  const line = (cells: ReadonlyArray<string>) =>
    cells
      .map((cell, column) => {
        const padding = " ".repeat((widths[column] ?? 0) - width(cell))
        return isNumeric[column] ? padding + cell : cell + padding
      })
      .join("  ")
      .trimEnd()
  return [line(headings), ...texts.map(line)].join("\n")
}
