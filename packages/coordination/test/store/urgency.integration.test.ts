/** Priorities between processes: the store's function, at moments of the test's choosing, and two budgets on the real clock. */
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import * as Priority from "@athena-engine/athena-core/rate-limit/Priority"
import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import { chance } from "@athena-engine/testing/random/Chance"
import { seeds } from "@athena-engine/testing/random/seeds"
import { sized } from "@athena-engine/testing/size/sized"
import { assert, layer } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { coordinationMigrations } from "../../src/migrations/CoordinationMigrations.ts"
import { budgetOfProcess } from "../support/processes.ts"

const refill = 25
const begin = 1_800_000_000_000

interface Asker {
  readonly priority: Priority.Priority
  /** When it asks next. */
  at: number
}

interface Turn {
  readonly priority: Priority.Priority
  readonly at: number
}

/** Processes with more to send than they may, each asking again when its turn has come; the turns that they are given. */
const turnsOf = Effect.fnUntraced(function* (bucket: string, askers: ReadonlyArray<Asker>, count: number) {
  const sql = yield* SqlClient
  const turns: Array<Turn> = []
  while (turns.length < count) {
    const asker = askers.reduce((first, other) => (other.at < first.at ? other : first))
    const [row] = yield* sql<{ readonly remaining: number; readonly elapsed: number; readonly outranked: boolean }>`
      select remaining, elapsed, is_outranked as outranked
      from coordination.take(${bucket}, 1, 1, ${refill}::float8, true, ${asker.at}::float8,
        ${Priority.priorities.indexOf(asker.priority) + 1}, ${`process ${askers.indexOf(asker)}`})`
    assert.isDefined(row)
    if (row.outranked) {
      asker.at += Math.max(20, refill)
      continue
    }
    const at = asker.at + Math.max(0, Math.ceil(-row.remaining) * refill - row.elapsed)
    turns.push({ priority: asker.priority, at })
    asker.at = at + 1
  }
  return turns
})

const shareOf = (turns: ReadonlyArray<Turn>, priority: Priority.Priority) =>
  turns.filter((turn) => turn.priority === priority).length / turns.length

layer(TestDatabase.layer([coordinationMigrations]), { excludeTestServices: true })(
  "priorities between processes",
  (it) => {
    it.effect.each(seeds({ short: 3, long: 20 }))(
      "give the most urgent processes the most, starve nobody and lose no turn (TEST_SEED=%i)",
      (seed) =>
        Effect.gen(function* () {
          const { below } = chance(seed)
          const of = (priority: Priority.Priority, most: number) =>
            Array.from({ length: 1 + below(most) }, (): Asker => ({ priority, at: begin + below(200) }))
          const askers = [...of("interactive", 2), ...of("events", 2), ...of("sync", 6)]
          const turns = (yield* turnsOf(`mixed ${seed}`, askers, 330)).slice(30)
          assert.isAtLeast(shareOf(turns, "interactive"), 0.6)
          assert.isAtLeast(shareOf(turns, "events"), 0.13)
          assert.isAtLeast(shareOf(turns, "sync"), 0.07)
          const times = turns.map(({ at }) => at).toSorted((a, b) => a - b)
          assert.closeTo((times.at(-1) ?? 0) - (times[0] ?? 0), (turns.length - 1) * refill, 4 * refill)
          for (const [n, time] of times.entries()) assert.isAtLeast(time - (times[n - 1] ?? 0), refill - 1e-3)
        })
    )

    it.effect("leave the whole rate to a sync that is alone, or whose process has the urgent callers itself", () =>
      Effect.gen(function* () {
        const alone = yield* turnsOf("alone", [{ priority: "sync", at: begin }], 40)
        assert.closeTo((alone[39]?.at ?? 0) - begin, 39 * refill, 1e-3)
        const sql = yield* SqlClient
        for (const priority of [1, 3, 1, 3, 3]) {
          const [row] = yield* sql<{ readonly outranked: boolean }>`
          select is_outranked as outranked
          from coordination.take('own', 1, 1, ${refill}::float8, true, ${begin}::float8, ${priority}, 'one')`
          assert.isFalse(row?.outranked)
        }
      })
    )

    it.effect("let a budget with interactive callers pass one that syncs, which goes on all the same", () =>
      Effect.gen(function* () {
        const practice = PracticeId.make("195900")
        const options = { sharedAs: "urgency", requestsPerSecond: 60 }
        const [syncing, urgent] = yield* Effect.all([budgetOfProcess(options), budgetOfProcess(options)])
        const sent = { sync: 0, interactive: 0 }
        const flood = (budget: typeof syncing, priority: "sync" | "interactive") =>
          Effect.forkScoped(
            Effect.forever(
              budget.admit(practice, Effect.void, () =>
                Effect.sync(() => {
                  sent[priority] += 1
                })
              )
            ).pipe(Priority.as(priority))
          )
        const sync = yield* flood(syncing, "sync")
        yield* Effect.repeat(Effect.sleep("20 millis"), { until: () => sent.sync > 20 })
        yield* flood(urgent, "interactive")
        const before = sent.sync
        yield* Effect.repeat(Effect.sleep("20 millis"), {
          until: () => sent.interactive >= sized({ short: 80, long: 300 })
        })
        assert.isAtMost(sent.sync - before, 0.4 * sent.interactive)
        assert.isAbove(sent.sync, before)
        yield* Fiber.interrupt(sync)
      }).pipe(Effect.scoped)
    )
  }
)
