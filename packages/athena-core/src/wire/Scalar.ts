/**
 * How one value of the vendor's JSON becomes one of ours. The same field comes as a string in one year and as a number
 * or boolean in another. A scalar reads every spelling and says in a fixed text what it expected, so that no message
 * can quote the value.
 */
export interface Scalar<A> {
  /** What a reader of a quarantine reason is told: "a date as MM/DD/YYYY". */
  readonly expected: string
  /** Reads a value that is present; `undefined` when it does not fit. */
  readonly parse: (input: string | number | boolean) => A | undefined
  /** The vendor's spelling, as it takes it in a parameter. */
  print(value: A): string
}
