/**
 * The columns that are read out of one of the vendor's records, as one schema with one transformation a record: thirty
 * lenient unions a record would cost more than the network. What is not a column stays in the record's `raw`.
 *
 * "No value" is spelled in three ways, and all three mean `undefined`: the key is absent, `null`, or `""`.
 */
import { Effect, Predicate, Result, Schema, SchemaGetter, SchemaIssue } from "effect"
import type { Scalar } from "./Scalar.ts"

/** One of the vendor's records as parsed: names to values of any JSON type. */
export type WireRecord = Readonly<Record<string, unknown>>

export interface Column<A> {
  /** The vendor's name. */
  readonly key: string
  readonly scalar: Scalar<NonNullable<A>>
  readonly isRequired: boolean
}

/** A column that every record of this kind has; a record without it is set aside. */
export const required = <A>(key: string, scalar: Scalar<A>): Column<A> => ({
  key,
  scalar: scalar as Scalar<NonNullable<A>>,
  isRequired: true
})

/** A column that may have no value. */
export const optional = <A>(key: string, scalar: Scalar<A>): Column<A | undefined> => ({
  key,
  scalar: scalar as Scalar<NonNullable<A>>,
  isRequired: false
})

type ColumnMap = Readonly<Record<string, Column<unknown>>>

/** The struct that a map of columns decodes to. */
export type Columns<C> = { readonly [K in keyof C]: C[K] extends Column<infer A> ? A : never }

/** Looks at the first character before the whole: hardly a text begins with white space. */
const isBlank = (input: string): boolean => {
  const first = input.charCodeAt(0)
  return input === "" || ((first <= 32 || first > 126) && input.trim() === "")
}

const isAbsent = (input: unknown): boolean =>
  input === undefined || input === null || (typeof input === "string" && isBlank(input))

const read = (column: Column<unknown>, input: unknown): unknown =>
  typeof input === "string" || typeof input === "number" || typeof input === "boolean"
    ? column.scalar.parse(input)
    : undefined

const issueAt = (key: string, message: string): SchemaIssue.Issue =>
  new SchemaIssue.Pointer([key], new SchemaIssue.InvalidValue({ message }))

type Entries = ReadonlyArray<readonly [string, Column<unknown>]>

/** Reads every column of `input` into `output`; answers what does not fit first, if anything. */
const readInto = (
  output: Record<string, unknown>,
  entries: Entries,
  input: unknown
): (() => SchemaIssue.Issue) | undefined => {
  if (!Predicate.isObject(input)) return () => new SchemaIssue.InvalidValue({ message: "expected an object" })
  const wire = input as WireRecord
  for (const [name, column] of entries) {
    const value = wire[column.key]
    if (isAbsent(value)) {
      if (column.isRequired) return () => issueAt(column.key, `expected ${column.scalar.expected}, found none`)
      output[name] = undefined
    } else {
      const parsed = read(column, value)
      if (parsed === undefined) return () => issueAt(column.key, `expected ${column.scalar.expected}`)
      output[name] = parsed
    }
  }
  return undefined
}

/**
 * What the schema of the same map decodes to, without running the schema: a list has thousands of records, and what a
 * parser of any schema does for each costs more than reading the columns.
 */
export const columnReader = <const C extends { readonly [K in keyof C]: Column<unknown> }>(
  map: C
): ((input: unknown) => Result.Result<Columns<C>, Schema.SchemaError>) => {
  const entries: Entries = Object.entries(map as ColumnMap)
  return (input) => {
    const output: Record<string, unknown> = {}
    const misfit = readInto(output, entries, input)
    return misfit === undefined ? Result.succeed(output as Columns<C>) : Result.fail(new Schema.SchemaError(misfit()))
  }
}

/** A schema from one of the vendor's records to the columns, and back to the vendor's spelling. */
export const columns = <const C extends { readonly [K in keyof C]: Column<unknown> }>(
  identifier: string,
  map: C
): Schema.Codec<Columns<C>, unknown> => {
  const entries: Entries = Object.entries(map as ColumnMap)

  const decode = (input: unknown): Effect.Effect<Columns<C>, SchemaIssue.Issue> => {
    const output: Record<string, unknown> = {}
    const misfit = readInto(output, entries, input)
    return misfit === undefined ? Effect.succeed(output as Columns<C>) : Effect.fail(misfit())
  }

  const encode = (output: Columns<C>): unknown => {
    const wire: Record<string, unknown> = {}
    for (const [name, column] of entries) {
      const value = (output as Readonly<Record<string, NonNullable<unknown> | undefined>>)[name]
      if (value !== undefined) wire[column.key] = column.scalar.print(value)
    }
    return wire
  }

  return Schema.Unknown.pipe(
    Schema.decodeTo(
      Schema.declare((input: unknown): input is Columns<C> => Predicate.isObject(input), { identifier }),
      { decode: SchemaGetter.transformEffect(decode), encode: SchemaGetter.transform(encode) }
    )
  )
}
