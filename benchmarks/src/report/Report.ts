/** One number of a report, beside the floor it is measured against. */
export interface Line {
  readonly what: string
  /** The number with its unit, as it is read: `14.2 µs a row`. */
  readonly measured: string
  /** How many times the floor it is; undefined for the floor itself and for what has none. */
  readonly ratio: number | undefined
  /** What is aimed at, in words. */
  readonly aim?: string
}

/** What one benchmark found. */
export interface Report {
  readonly name: string
  /** What was done and what the ratios are to, for a reader who has not seen the code. */
  readonly about: string
  readonly lines: ReadonlyArray<Line>
}

/** A ratio with three digits at most. */
const ratioText = (ratio: number | undefined): string =>
  ratio === undefined ? "" : `${ratio >= 100 ? ratio.toFixed(0) : ratio >= 10 ? ratio.toFixed(1) : ratio.toFixed(2)}×`

const head = ["", "measured", "ratio", "aim"]
const cells = (line: Line) => [line.what, line.measured, ratioText(line.ratio), line.aim ?? ""]

/** For a terminal. */
export const asText = ({ name, about, lines }: Report): string => {
  const rows = [head, ...lines.map(cells)]
  const widths = head.map((_, n) => Math.max(...rows.map((row) => row[n]?.length ?? 0)))
  const text = rows.map((row) =>
    row
      .map((cell, n) => cell.padEnd(widths[n] ?? 0))
      .join("  ")
      .trimEnd()
  )
  return [`${name}: ${about}`, ...text.map((line) => `  ${line}`), ""].join("\n")
}

/** For `docs/benchmarks.md`. */
export const asMarkdown = ({ name, about, lines }: Report): string =>
  [
    `## ${name}`,
    "",
    about,
    "",
    "| | measured | ratio | aim |",
    "| --- | --- | --- | --- |",
    ...lines.map((line) => `| ${cells(line).join(" | ")} |`),
    ""
  ].join("\n")
