import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Result } from "effect"
import * as EnvironmentStamp from "../../src/environment/EnvironmentStamp.ts"
import { metaMigrations } from "../../src/migrations/MetaMigrations.ts"
import { TestDatabase } from "../../src/testing/TestDatabase.ts"

const layer = TestDatabase.layer([metaMigrations])

describe("EnvironmentStamp", () => {
  it.effect("stamps a fresh database once and lets the same environment in again", () =>
    Effect.gen(function* () {
      yield* EnvironmentStamp.check("sandbox")
      assert.deepStrictEqual(yield* EnvironmentStamp.read, Option.none())
      yield* EnvironmentStamp.ensure("sandbox")
      yield* EnvironmentStamp.ensure("sandbox")
      assert.deepStrictEqual(yield* EnvironmentStamp.read, Option.some("sandbox"))
    }).pipe(Effect.provide(layer))
  )

  it.effect("takes a database without its table for an unstamped one", () =>
    Effect.gen(function* () {
      yield* EnvironmentStamp.check("sandbox")
      assert.deepStrictEqual(yield* EnvironmentStamp.read, Option.none())
    }).pipe(Effect.provide(TestDatabase.layer()))
  )

  it.effect("refuses another environment's program and says what to do", () =>
    Effect.gen(function* () {
      yield* EnvironmentStamp.ensure("production")
      const errors = [
        yield* Effect.flip(EnvironmentStamp.ensure("simulator")),
        yield* Effect.flip(EnvironmentStamp.check("simulator"))
      ]
      for (const error of errors) {
        assert.strictEqual(error._tag, "EnvironmentMismatch")
        assert.include(error.message, "holds data of the environment production, and the program runs for simulator")
        assert.include(error.message, "ATHENA_ENVIRONMENT=production")
      }
      assert.deepStrictEqual(yield* EnvironmentStamp.read, Option.some("production"))
    }).pipe(Effect.provide(layer))
  )

  it.effect("lets one of several environments win that stamp at the same instant", () =>
    Effect.gen(function* () {
      const wanted = (["simulator", "sandbox", "production"] as const).flatMap((one) => [one, one, one])
      const results = yield* Effect.forEach(wanted, (one) => Effect.result(EnvironmentStamp.ensure(one)), {
        concurrency: "unbounded"
      })
      const stamped = Option.getOrThrow(yield* EnvironmentStamp.read)
      results.forEach((result, index) => {
        assert.strictEqual(Result.isSuccess(result), wanted[index] === stamped)
      })
    }).pipe(Effect.provide(layer))
  )
})
