/** How many rows a statement wrote. */
export interface Written {
  readonly inserted: number
  readonly updated: number
}

/** Counts the rows that a statement answered, of which each says whether it is new. */
export const countWritten = (rows: ReadonlyArray<{ readonly isInserted: boolean }>): Written => {
  const inserted = rows.filter(({ isInserted }) => isInserted).length
  return { inserted, updated: rows.length - inserted }
}
