/**
 * Tables that fit the terminal: columns as wide as their widest cell, and where that is too wide, text in several lines. If not
 * even that fits, each row stands by itself, a cell a line.
 */
import { CliOutput } from "effect/cli"
import { readersWidth } from "./wrapped.ts"

/** A cell; numbers stand right, text left. Text may be coloured. */
export type Cell = string | number

const gap = "  "

/** A column of text is not made narrower than this. */
const narrowest = 8

const widthOf = CliOutput.displayWidth

/** The cell in lines of at most `width` characters: broken at spaces, and where a word is longer, behind a `-`, `_`, `.` or `/` of it. */
const linesOf = (text: string, width: number): ReadonlyArray<string> => {
  if (widthOf(text) <= width) return [text]
  const lines: Array<string> = []
  let line = ""
  for (const part of text.split(/(?<=[ /._-])/)) {
    if (widthOf((line + part).trimEnd()) <= width) line += part
    else {
      if (line !== "") lines.push(line.trimEnd())
      line = part
      for (; widthOf(line.trimEnd()) > width; line = line.slice(width)) lines.push(line.slice(0, width))
    }
  }
  return [...lines, line.trimEnd()]
}

/** The widths of the columns in `width` characters; none if there are too many columns. Text gives way, the widest first. */
const fitting = (widths: ReadonlyArray<number>, isNumeric: ReadonlyArray<boolean>, width: number) => {
  const fitted = [...widths]
  let tooMuch = widths.reduce((sum, one) => sum + one + gap.length, -gap.length) - width
  for (; tooMuch > 0; tooMuch -= 1) {
    const widest = fitted.reduce(
      (known, one, column) => (!isNumeric[column] && one > (fitted[known] ?? narrowest) ? column : known),
      fitted.length
    )
    if (fitted[widest] === undefined) return undefined
    fitted[widest] = (fitted[widest] ?? 0) - 1
  }
  return fitted
}

const textOf = (cell: Cell) => (typeof cell === "number" ? cell.toLocaleString("en-US") : cell)

const records = (headings: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>) => {
  const width = Math.max(...headings.map(widthOf))
  return rows.map((row) =>
    row
      .map((cell, n) => `${n === 0 ? "" : gap}${(headings[n] ?? "").padEnd(n === 0 ? width + 2 : width)}${gap}${cell}`)
      .join("\n")
  )
}

/** The headings, then each row; a row may be several lines. For reports that put something below each row. */
export const tableRows = (
  headings: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<Cell>>,
  width = readersWidth()
): { readonly headings: string; readonly rows: ReadonlyArray<string> } => {
  const texts = rows.map((row) => row.map(textOf))
  const natural = headings.map((heading, column) =>
    Math.max(widthOf(heading), ...texts.map((row) => widthOf(row[column] ?? "")))
  )
  const isNumeric = headings.map(
    (_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === "number" || row[column] === "")
  )
  const widths = fitting(natural, isNumeric, width)
  if (widths === undefined) return { headings: "", rows: records(headings, texts) }
  const row = (cells: ReadonlyArray<string>) => {
    const columns = cells.map((cell, column) => linesOf(cell, widths[column] ?? 0))
    return Array.from({ length: Math.max(...columns.map(({ length }) => length)) }, (_, n) =>
      columns
        .map((lines, column) => {
          const text = lines[n] ?? ""
          const padding = " ".repeat(Math.max(0, (widths[column] ?? 0) - widthOf(text)))
          return isNumeric[column] ? padding + text : text + padding
        })
        .join(gap)
        .trimEnd()
    ).join("\n")
  }
  return { headings: row(headings), rows: texts.map(row) }
}

/** Rows under their headings. */
export const table = (
  headings: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<Cell>>,
  width = readersWidth()
): string => {
  const made = tableRows(headings, rows, width)
  return [...(made.headings === "" ? [] : [made.headings]), ...made.rows].join("\n")
}
