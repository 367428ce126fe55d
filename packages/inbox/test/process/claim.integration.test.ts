import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { Inbox } from "../../src/commit/Inbox.ts"
import { inboxMigrations } from "../../src/migrations/InboxMigrations.ts"
import { claim } from "../../src/process/sql/claim.ts"
import { accept, event, practiceId } from "../support/events.ts"

const database = Layer.provideMerge(Inbox.layer({ isWork: () => true }), TestDatabase.layer([inboxMigrations]))

layer(database, { excludeTestServices: true })("a claim", (it) => {
  it.effect("takes no more records than it may, however the database goes about it", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient
      yield* accept(...Array.from({ length: 12 }, (_, n) => event("Appointment.update", `${n}`)))
      yield* sql`update webhook.resources set due_at = now()`
      for (const plan of ["enable_hashjoin", "enable_mergejoin", "enable_nestloop"]) {
        const others = ["enable_hashjoin", "enable_mergejoin", "enable_nestloop"].filter((one) => one !== plan)
        const claimed = yield* sql.withTransaction(
          Effect.gen(function* () {
            for (const off of [...others, "enable_material", "enable_indexscan", "enable_bitmapscan"])
              yield* sql.unsafe(`set local ${off} = off`)
            return yield* claim(practiceId, 4, "the test")
          })
        )
        assert.lengthOf(claimed, 4, plan)
      }
      assert.lengthOf(yield* claim(practiceId, 4, "the test"), 0)
    })
  )
})
