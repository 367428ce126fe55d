import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Duration, Effect } from "effect"
import { webhookRetention } from "../../src/configuration/webhookRetention.ts"

const read = (value?: string) =>
  webhookRetention.pipe(
    Effect.provideService(
      ConfigProvider.ConfigProvider,
      ConfigProvider.fromUnknown(value === undefined ? {} : { ATHENA_WEBHOOK_RETENTION: value })
    ),
    Effect.map(Duration.toDays),
    Effect.match({ onSuccess: (days) => days, onFailure: ({ message }) => message })
  )

describe("ATHENA_WEBHOOK_RETENTION", () => {
  it.effect("is 30 days, or what is said of at least 8", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* read(), 30)
      assert.strictEqual(yield* read("8 days"), 8)
      assert.strictEqual(yield* read("90d"), 90)
      assert.strictEqual(yield* read("10"), 10)
      for (const bad of ["7 days", "240 hours", "a month", "99999 days", "-30"]) {
        assert.include(yield* read(bad), "ATHENA_WEBHOOK_RETENTION", bad)
      }
    })
  )
})
