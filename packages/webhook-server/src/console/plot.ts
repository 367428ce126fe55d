/**
 * Lines over time as SVG that needs no script: labelled for who sees it, described for who does not, coloured by the page's style.
 */
import { type Html, html } from "./html.ts"
import { clock, day } from "./words.ts"

export interface Point {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly value: number
}

export interface Line {
  readonly name: string
  readonly points: ReadonlyArray<Point>
}

export interface Plot {
  /** Unlike that of every other plot of the page. */
  readonly id: string
  readonly title: string
  readonly from: number
  readonly to: number
  /** Two at most: solid, then dashed. */
  readonly lines: ReadonlyArray<Line>
  readonly format: (value: number) => string
  /** Without a point for longer, nobody looked, and the line is broken. */
  readonly breakAfter: number
}

const width = 400
const height = 190
const left = 52
const right = 10
const top = 10
const bottom = 26

/** The next of 1, 2, 5, 10 … that is not below. */
const roundUp = (value: number): number => {
  const magnitude = 10 ** Math.floor(Math.log10(value))
  const step = [1, 2, 5, 10].find((times) => times * magnitude >= value * (1 - 1e-9)) ?? 10
  return step * magnitude
}

const hour = 3_600_000

/** Whole half-hours, hours or days (UTC), seven at most. */
const ticksOf = (from: number, to: number): ReadonlyArray<number> => {
  const step = [0.5, 1, 2, 4, 6, 12, 24].map((hours) => hours * hour).find((length) => (to - from) / length <= 7)
  const every = step ?? 24 * hour * Math.ceil((to - from) / (7 * 24 * hour))
  const first = Math.ceil(from / every) * every
  return Array.from({ length: Math.floor((to - first) / every) + 1 }, (_, index) => first + index * every)
}

const rounded = (value: number) => Math.round(value * 10) / 10

export const plot = ({ breakAfter, format, from, id, lines, title, to }: Plot): Html => {
  const all = lines.flatMap(({ points }) => points)
  const highest = Math.max(0, ...all.map(({ value }) => value))
  const step = roundUp((highest === 0 ? 1 : highest) / 4)
  const steps = Math.max(1, Math.ceil(highest / step - 1e-9))
  const x = (at: number) => rounded(left + ((at - from) / (to - from)) * (width - left - right))
  const y = (value: number) => rounded(height - bottom - (value / (step * steps)) * (height - top - bottom))
  const label = to - from > 36 * hour ? day : clock
  const times = ticksOf(from, to).filter((at) => x(at) > left + 14 && x(at) < width - right - 14)
  const latest = lines.map(({ name, points }) => {
    const last = points.at(-1)
    return last === undefined ? `${name}: nothing known` : `${name}: ${format(last.value)} at ${clock(last.at)}`
  })
  return html`<figure>
<figcaption id="${id}-title">${title}</figcaption>
<svg class="plot" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title" aria-describedby="${id}-desc">
<desc id="${id}-desc">${latest.join("; ")}; highest: ${format(highest)}. Times are UTC.</desc>
<g aria-hidden="true">
${Array.from(
  { length: steps + 1 },
  (
    _,
    index
  ) => html`<line class="grid" x1="${left}" x2="${width - right}" y1="${y(index * step)}" y2="${y(index * step)}"/>
<text x="${left - 6}" y="${y(index * step) + 4}" text-anchor="end">${format(index * step)}</text>
`
)}${times.map(
  (at) => html`<text x="${x(at)}" y="${height - 7}" text-anchor="middle">${label(at)}</text>
`
)}${lines.map(
  ({ points }, index) => html`<path class="line line-${index}" d="${pathOf(points, breakAfter, x, y)}"/>
`
)}${
  all.length === 0 &&
  html`<text x="${(left + width - right) / 2}" y="${(top + height - bottom) / 2}" text-anchor="middle">nothing known yet</text>
`
}</g>
</svg>
<ul class="legend">${lines.map(
    (_, index) =>
      html`<li><svg viewBox="0 0 24 8" aria-hidden="true"><path class="line line-${index}" d="M1 4H23"/></svg>${latest[index]}</li>`
  )}</ul>
</figure>
`
}

/** A point that stands alone is a dash, so that it is seen. */
const pathOf = (
  points: ReadonlyArray<Point>,
  breakAfter: number,
  x: (at: number) => number,
  y: (value: number) => number
): string =>
  points
    .map(({ at, value }, index) => {
      const before = points[index - 1]
      const joins = before !== undefined && at - before.at <= breakAfter
      return joins ? `L${x(at)} ${y(value)}` : `M${x(at)} ${y(value)}h1`
    })
    .join("")
