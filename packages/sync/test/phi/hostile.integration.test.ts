/**
 * The leak property on a real database: whatever athenahealth answers to a sync, it gets into the columns that hold
 * records, and into nothing else that the engine, the database or its server says.
 */
import { HostileAthena } from "@athena-engine/testing/leaks/HostileAthena"
import { assertNone, makeLeakFinder } from "@athena-engine/testing/leaks/LeakFinder"
import { everyMarker } from "@athena-engine/testing/leaks/markers"
import { printed } from "@athena-engine/testing/leaks/printed"
import { chance } from "@athena-engine/testing/random/Chance"
import { seeds } from "@athena-engine/testing/random/seeds"
import { sized } from "@athena-engine/testing/size/sized"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Metric } from "effect"
import { HttpClient, HttpClientError, HttpClientResponse } from "effect/http"
import { readStatus } from "../../src/status/readStatus.ts"
import { engineTowards } from "../support/engine.ts"
import { everythingStored, everythingTold } from "../support/everythingStored.ts"
import { changes } from "../support/feeds.ts"
import { listening } from "../support/listening.ts"
import { appointments, count, patients } from "../support/practice.ts"

const finder = makeLeakFinder(everyMarker)
const days = { from: "2019-06-03", to: "2019-06-05" }

const athenahealth = (hostile: HostileAthena) =>
  Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make((request, url) =>
      Effect.suspend(() => {
        const reply = hostile.answer(url.pathname + url.search)
        if (reply === "hang") return Effect.never
        if (reply === "reset") {
          const reason = new HttpClientError.TransportError({ request, cause: new Error(`reset by ${url.href}`) })
          return Effect.fail(new HttpClientError.HttpClientError({ reason }))
        }
        const { body, headers, status } = reply
        return Effect.succeed(HttpClientResponse.fromWeb(request, new Response(body, { status, headers })))
      })
    )
  )

const syncTwice = Effect.gen(function* () {
  const twice = [appointments(days), patients(), changes("appointments"), changes("patients")]
  const results = yield* Effect.forEach([...twice, ...twice], (sync) => sync)
  return { results, status: yield* readStatus(), metrics: yield* Metric.snapshot }
})

const tables = ["appointments", "patients", "quarantine"]

describe("a practice that answers more than it should", () => {
  const rows: Record<string, number> = {}
  const ends = new Set<string>()

  for (const seed of seeds({ short: 3, long: 80 })) {
    it.live(
      `gets into the columns that hold records and into nothing else (TEST_SEED=${seed})`,
      () => {
        const hostile = new HostileAthena({ seed, errors: chance(seed).pick([0.02, 0.1, 0.3]) })
        return Effect.gen(function* () {
          const heard = listening()
          const told = yield* heard.to(syncTwice)
          const stored = yield* everythingStored
          const server = yield* everythingTold
          assertNone([
            ...heard.lines.flatMap((line) => finder.find("log", line)),
            ...heard.spans().flatMap((span) => finder.find("spans", span)),
            ...stored.flatMap((row) => finder.find("database", row)),
            ...finder.find("results", printed(told)),
            ...finder.find("sessions", server.sessions),
            ...finder.find("server log", server.log)
          ])
          for (const table of tables) {
            rows[table] = (rows[table] ?? 0) + (yield* count(`select count(*) from athena.${table}`))
          }
          for (const { error, status } of told.results) ends.add(error?.tag ?? status)
        }).pipe(Effect.provide(engineTowards(athenahealth(hostile), { athenaClockFactor: 40 })))
      },
      sized({ short: 60_000, long: 240_000 })
    )
  }

  it("was read and stored, and broke nothing but itself", () => {
    for (const table of tables) assert.isAbove(rows[table] ?? 0, 0, table)
    assert.includeMembers([...ends], ["partial"])
    // No answer may cause a bug, or a failure of the database.
    assert.notIncludeMembers([...ends], ["Defect", "DatabaseError"])
  })
})
