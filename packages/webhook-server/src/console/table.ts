import { type Html, html, type Part } from "./html.ts"

export interface Column {
  readonly name: string
  readonly isNumber?: boolean
}

export interface Table {
  readonly caption: string
  readonly columns: ReadonlyArray<Column>
  /** The first cell of each names the row. */
  readonly rows: ReadonlyArray<ReadonlyArray<Part>>
}

/** A table that is pushed sideways where it is wider than the screen, by keyboard too. */
export const table = ({ caption, columns, rows }: Table): Html => {
  const kind = (index: number) => (columns[index]?.isNumber === true ? "number" : "")
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map(({ name }, index) => html`<th scope="col" class="${kind(index)}">${name}</th>`)}</tr></thead>
<tbody>
${rows.map(
  (cells) =>
    html`<tr>${cells.map((cell, index) =>
      index === 0 ? html`<th scope="row">${cell}</th>` : html`<td class="${kind(index)}">${cell}</td>`
    )}</tr>
`
)}</tbody>
</table></div>
`
}
