/**
 * A column of values as one array parameter. The driver takes an array's type from its values and has none to take it
 * from when all of them are null; PostgreSQL's own spelling of such an array needs no type.
 */
export const column = <A>(values: ReadonlyArray<A | null>): ReadonlyArray<A | null> | string =>
  values.length > 0 && values.every((value) => value === null) ? `{${values.map(() => "NULL").join(",")}}` : values
