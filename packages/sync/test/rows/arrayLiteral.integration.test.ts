import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { arrayLiteral } from "../../src/rows/arrayLiteral.ts"
import { storableText } from "../../src/rows/storable.ts"

const awkward = ["", " ", "NULL", "null", "a,b", "{}", '"', "\\", '\\"', "é", "\u{1f600}", "\u0000", "\ud83d", "a\nb"]
const Values = Schema.Array(Schema.Union([Schema.NullOr(Schema.String), Schema.Literals(awkward)]))

const asRead = (values: ReadonlyArray<string | null>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const [row] = yield* sql<{ readonly values: ReadonlyArray<string | null> }>`
      select ${arrayLiteral(values)}::text[] as values`
    return row?.values
  })

it.layer(TestDatabase.layer([]))("a column as one parameter", (it) => {
  it.effect.prop("is read by PostgreSQL as it was written", [Values], ([values]) =>
    Effect.gen(function* () {
      const stored = values.map((value) => (value === null ? null : storableText(value)))
      assert.deepStrictEqual(yield* asRead(values), stored)
    })
  )

  it.effect("may have no value at all, or numbers", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient
      const [row] = yield* sql`
        select ${arrayLiteral([])}::date[] as none, ${arrayLiteral([undefined])}::date[] as nulls,
          ${arrayLiteral([1, null, 1_559_000_000_000])}::bigint[]::text as numbers`
      assert.deepStrictEqual({ ...row }, { none: [], nulls: [null], numbers: "{1,NULL,1559000000000}" })
    })
  )
})

describe("arrayLiteral", () => {
  it("leaves ids, dates and times unquoted", () => {
    assert.strictEqual(arrayLiteral(["-5", "H228", "2019-06-03", "09:15"]), "{-5,H228,2019-06-03,09:15}")
  })
})
