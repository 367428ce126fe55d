import { type CellKind, SharedState } from "@athena-engine/athena-core/coordination/SharedState"
import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import { assert, layer } from "@effect/vitest"
import { Clock, Context, Effect, Option, Schema } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { coordinationMigrations } from "../../src/migrations/CoordinationMigrations.ts"
import { key, process } from "../support/processes.ts"

const number: CellKind<number> = {
  schema: Schema.toCodecJson(Schema.Finite),
  initial: 0,
  shifted: (value) => value,
  isSecret: false
}
const moment: CellKind<number> = { ...number, shifted: (value, millis) => value + millis }
const secret: CellKind<string> = {
  schema: Schema.toCodecJson(Schema.String),
  initial: "nothing",
  shifted: (value) => value,
  isSecret: true
}

const stateOf = (secretKey = Option.some(key())) => Effect.map(process(secretKey), Context.get(SharedState))

/** The machine's own clock, so much ahead. */
const ahead = (millis: number): Clock.Clock => {
  const clock = Clock.Clock.defaultValue()
  return {
    ...clock,
    currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe() + millis,
    currentTimeMillis: Effect.map(clock.currentTimeMillis, (now) => now + millis),
    sleep: clock.sleep.bind(clock)
  }
}

layer(TestDatabase.layer([coordinationMigrations]), { excludeTestServices: true })("SharedStateSql", (it) => {
  it.effect("loses no change, however many processes change a cell at once", () =>
    Effect.gen(function* () {
      const states = yield* Effect.all([stateOf(), stateOf(), stateOf()])
      const cells = states.map((state) => state.cell("sum", number))
      yield* Effect.forEach(
        Array.from({ length: 60 }, (_, n) => cells[n % 3]),
        (cell) => cell?.update((value) => value + 1) ?? Effect.void,
        { concurrency: "unbounded", discard: true }
      )
      // What met another's change ten times running is written by the next look.
      for (const cell of cells) yield* cell.refresh
      for (const cell of cells) assert.strictEqual(yield* cell.refresh, 60)
    })
  )

  it.effect("shows what another process wrote at the next count, and counts for all of them", () =>
    Effect.gen(function* () {
      const [one, other] = yield* Effect.all([stateOf(), stateOf()])
      yield* one.cell("told", number).update(() => 42)
      const cell = other.cell("told", number)
      assert.strictEqual(cell.current(), 0)
      yield* one.count(["told", "all"])
      yield* other.count(["told", "all"])
      assert.strictEqual(cell.current(), 42)
      assert.deepInclude(other.counter("all").current(), { total: 2, today: 2 })
      assert.deepInclude(one.counter("all").current(), { total: 1, today: 1 })
    })
  )

  it.effect("begins a day's count anew at 00:00 GMT", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient
      const state = yield* stateOf()
      yield* state.count(["day"])
      yield* sql`update coordination.counters set day = day - 1, today = 40, total = 100 where name = 'day'`
      yield* state.count(["day"])
      assert.deepInclude(state.counter("day").current(), { total: 101, today: 1 })
    })
  )

  it.effect("moves times by the difference of the clocks", () =>
    Effect.gen(function* () {
      const state = yield* stateOf()
      const fast = ahead(3_600_000)
      const other = yield* stateOf()
      const at = (yield* Clock.currentTimeMillis) + 5000
      // Each learns the difference with its first look.
      yield* state.cell("when", moment).refresh
      yield* Effect.provideService(other.cell("when", moment).refresh, Clock.Clock, fast)
      yield* state.cell("when", moment).update(() => at)
      const seen = yield* Effect.provideService(other.cell("when", moment).refresh, Clock.Clock, fast)
      assert.closeTo(seen, at + 3_600_000, 100)
    })
  )

  it.effect("goes on with what it knows after the tables were emptied, as a crash of the server does", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient
      const [one, other] = yield* Effect.all([stateOf(), stateOf()])
      yield* one.cell("crash", number).update(() => 1)
      yield* other.cell("crash", number).refresh
      yield* sql`truncate coordination.cells, coordination.counters, coordination.buckets`
      yield* one.cell("crash", number).update((value) => value + 1)
      assert.strictEqual(yield* other.cell("crash", number).refresh, 2)
    })
  )

  it.effect("is as if nobody had written where it cannot read", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient
      const [one, other] = yield* Effect.all([stateOf(), stateOf()])
      yield* one.cell("broken", number).update(() => 5)
      yield* sql`update coordination.cells set value = '{"of":"another version"}', version = version + 1 where name = 'broken'`
      assert.strictEqual(yield* other.cell("broken", number).refresh, 0)
      yield* other.cell("broken", number).update(() => 6)
      assert.strictEqual(yield* one.cell("broken", number).refresh, 6)
    })
  )

  it.effect("shares a secret encrypted, among those who have the key, and in its own place alone", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient
      const [one, other] = yield* Effect.all([stateOf(), stateOf()])
      const stranger = yield* stateOf(Option.some(key(8)))
      const keyless = yield* stateOf(Option.none())
      yield* one.cell("secret", secret).update(() => "plainwyvern")
      assert.strictEqual(yield* other.cell("secret", secret).refresh, "plainwyvern")
      assert.strictEqual(yield* stranger.cell("secret", secret).refresh, "nothing")
      assert.strictEqual(yield* keyless.cell("secret", secret).refresh, "nothing")

      yield* keyless.cell("keyless", secret).update(() => "plainwyvern")
      const rows = yield* sql<{ readonly text: string }>`select c::text as text from coordination.cells c`
      for (const { text } of rows) assert.notInclude(text, "plainwyvern")
      assert.deepStrictEqual(yield* sql`select from coordination.cells where name = 'keyless'`, [])

      yield* sql`insert into coordination.cells select 'moved', version, value from coordination.cells where name = 'secret'`
      assert.strictEqual(yield* other.cell("moved", secret).refresh, "nothing")
    })
  )
})
