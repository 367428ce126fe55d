/** What nobody has used for a week is taken away when a program starts, and nothing else. */
import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Option } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import * as Coordination from "../src/Coordination.ts"
import { coordinationMigrations } from "../src/migrations/CoordinationMigrations.ts"

layer(TestDatabase.layer([coordinationMigrations]))("a program that starts", (it) => {
  it.effect("forgets what is a week old in every table, and keeps what is younger", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient
      for (const days of [6, 8]) {
        const name = `${days} days`
        const at = sql`extract(epoch from now() - make_interval(days => ${days}::int))`
        yield* sql`insert into coordination.buckets (name, full_at) values (${name}, ${at} * 1000)`
        yield* sql`insert into coordination.windows (name, taken, expires_at) values (${name}, 1, ${at} * 1000)`
        yield* sql`insert into coordination.cells (name, version, value) values (${name}, ${at} * 1000000, 'null')`
        yield* sql`
          insert into coordination.counters (name, total, day, today) values (${name}, 1, floor(${at} / 86400), 1)`
      }
      yield* Effect.scoped(Layer.build(Coordination.layer({ keyring: Option.none() })))
      const left = yield* sql`
        select 'buckets' as of, name from coordination.buckets union all
        select 'windows', name from coordination.windows union all
        select 'cells', name from coordination.cells union all
        select 'counters', name from coordination.counters`
      assert.sameDeepMembers(
        [...left],
        ["buckets", "windows", "cells", "counters"].map((of) => ({ of, name: "6 days" }))
      )
    })
  )
})
