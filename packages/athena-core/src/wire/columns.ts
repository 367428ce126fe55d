/**
 * The columns that are read out of one of the vendor's records, as one schema with one transformation a record: thirty
 * lenient unions a record would cost more than the network. What is not a column stays in the record's `raw`.
 *
 * "No value" is spelled in three ways, and all three mean `undefined`: the key is absent, `null`, or `""`.
 */
import { Effect, Predicate, Schema, SchemaGetter, SchemaIssue } from "effect"
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

const isAbsent = (input: unknown): boolean =>
  input === undefined || input === null || (typeof input === "string" && input.trim() === "")

const read = (column: Column<unknown>, input: unknown): unknown =>
  typeof input === "string" || typeof input === "number" || typeof input === "boolean"
    ? column.scalar.parse(input)
    : undefined

const issueAt = (key: string, message: string): SchemaIssue.Issue =>
  new SchemaIssue.Pointer([key], new SchemaIssue.InvalidValue({ message }))

/** A schema from one of the vendor's records to the columns, and back to the vendor's spelling. */
export const columns = <const C extends { readonly [K in keyof C]: Column<unknown> }>(
  identifier: string,
  map: C
): Schema.Codec<Columns<C>, unknown> => {
  const entries: ReadonlyArray<readonly [string, Column<unknown>]> = Object.entries(map as ColumnMap)

  const decode = (input: unknown): Effect.Effect<Columns<C>, SchemaIssue.Issue> => {
    if (!Predicate.isObject(input)) return Effect.fail(new SchemaIssue.InvalidValue({ message: "expected an object" }))
    const wire = input as WireRecord
    const output: Record<string, unknown> = {}
    for (const [name, column] of entries) {
      const value = wire[column.key]
      if (isAbsent(value)) {
        if (column.isRequired) return Effect.fail(issueAt(column.key, `expected ${column.scalar.expected}, found none`))
        output[name] = undefined
      } else {
        const parsed = read(column, value)
        if (parsed === undefined) return Effect.fail(issueAt(column.key, `expected ${column.scalar.expected}`))
        output[name] = parsed
      }
    }
    return Effect.succeed(output as Columns<C>)
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
