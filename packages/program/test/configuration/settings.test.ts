import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect } from "effect"
import { databaseOptions, databasePlace, programSettings } from "../../src/configuration/settings.ts"

const read = (env: Record<string, string>) =>
  programSettings.pipe(
    Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnv({ env })),
    Effect.provide(NodeServices.layer)
  )

describe("the settings", () => {
  it.effect("name a database by URL or by folder, without what is secret in it", () =>
    Effect.gen(function* () {
      const url = { ATHENA_ENVIRONMENT: "simulator", DATABASE_URL: "postgresql://u:ZZ@db.example.org/athena" }
      const places = [yield* read({}), yield* read(url)].map((settings) => databasePlace(databaseOptions(settings)))
      assert.deepStrictEqual(places, ["the embedded database in .athena", "the database at db.example.org:5432/athena"])
    })
  )

  it.effect("refuse a URL or a proxy that could not be used, by name and never by value", () =>
    Effect.gen(function* () {
      for (const [name, value] of [
        ["DATABASE_URL", "mysql://u:ZZ@db/x"],
        ["DATABASE_URL", "postgresql://u:ZZ@ss:w/rd@db/x"],
        ["DATABASE_URL", "postgresql://u:ZZ%zz@db/x"],
        ["DATABASE_URL", "postgresql://u:ZZ@db/x?sslmode=banana"],
        ["HTTPS_PROXY", "ZZ:3128"],
        ["http_proxy", "http://[ZZ"],
        ["HTTPS_PROXY", "http://user:ZZ%zz@proxy.test:3128"],
        ["NODE_EXTRA_CA_CERTS", "/ZZ/no-such-file.pem"],
        ["NODE_EXTRA_CA_CERTS", import.meta.filename]
      ] as const) {
        const { message } = yield* Effect.flip(read({ [name]: value }))
        assert.include(message, `\n  ${name}: `)
        assert.notMatch(message, /ZZ|banana/)
      }
      const { message } = yield* Effect.flip(read({ LOG_FORMAT: "xml" }))
      assert.include(message, "LOG_FORMAT: must be pretty or json")
    })
  )
})
