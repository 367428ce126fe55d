import type { FaultRule } from "@athena-engine/simulator/faults/FaultPlan"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { syncReference } from "../../src/reference/SyncReference.ts"
import { engine } from "../support/engine.ts"
import { appointments, count, happens, newRunId, practiceId, requestsOf } from "../support/practice.ts"

const setRules = (...rules: ReadonlyArray<FaultRule>) => Simulator.use((simulator) => simulator.setFaults({ rules }))

/** Departments, providers and appointment types, in this order. */
const reference = Effect.suspend(() => syncReference({ runId: newRunId(), practiceId, holder: "the test" }))

/** Something that changes whenever a row is written. */
const rowVersions = Effect.flatMap(
  SqlClient,
  (sql) => sql`
    select department_id as id, xmin::text, ctid::text from athena.departments
    union all select provider_id, xmin::text, ctid::text from athena.providers
    union all select appointment_type_id, xmin::text, ctid::text from athena.appointment_types order by 1, 2`
).pipe(Effect.map((rows) => rows.map((row) => ({ ...row }))))

const provider = (id: string) =>
  Effect.flatMap(
    SqlClient,
    (sql) => sql`
      select name, unlisted_since is not null as "isUnlisted", gone_at is not null as "isGone"
      from athena.providers where practice_id = ${practiceId} and provider_id = ${id}`
  ).pipe(Effect.map(([row]) => (row === undefined ? undefined : { ...row })))

describe("reference data", () => {
  it.live("is stored with what the lists hide, and not written again when nothing changed", () =>
    Effect.gen(function* () {
      const first = yield* reference
      assert.deepStrictEqual(
        first.map(({ resource, status }) => [resource, status]),
        [
          ["departments", "complete"],
          ["providers", "complete"],
          ["appointment_types", "complete"]
        ]
      )
      for (const { fetched, inserted } of first) assert.isTrue(fetched > 0 && inserted === fetched)
      const hidden = "select count(*) from athena.departments where department_id = '199' and time_zone = 'US/Eastern'"
      assert.strictEqual(yield* count(hidden), 1, "a department that the portal hides")
      assert.isAbove(yield* count("select count(*) from athena.appointment_types where not is_for_patients"), 0)
      assert.strictEqual(
        yield* count(
          "select count(*) from athena.providers where name is null or raw is null or unlisted_since is not null"
        ),
        0
      )
      const before = yield* rowVersions
      const second = yield* reference
      for (const { fetched, unchanged, inserted, updated } of second) {
        assert.deepStrictEqual([unchanged, inserted, updated], [fetched, 0, 0])
      }
      assert.deepStrictEqual(yield* rowVersions, before)
    }).pipe(Effect.provide(engine()))
  )

  it.live("shares its departments with the sync of appointments: whoever comes second writes none", () =>
    Effect.gen(function* () {
      yield* appointments({ from: "2019-06-03", to: "2019-06-03" })
      assert.strictEqual(yield* count("select count(*) from athena.watermarks where resource = 'departments'"), 1)
      const [departments] = yield* reference
      assert.deepInclude(departments, { inserted: 0, updated: 0, status: "complete" })
    }).pipe(Effect.provide(engine()))
  )

  it.live("an empty list and one that cannot be whole say of nobody that they left", () =>
    Effect.gen(function* () {
      yield* reference
      yield* setRules(
        { match: { route: "providers" }, fault: { kind: "badRecord", field: "providerid", value: [], every: 2 } },
        { match: { route: "appointmenttypes" }, fault: { kind: "totalCount", as: "text" } }
      )
      const [, providers] = yield* reference
      assert.strictEqual(providers?.status, "partial")
      assert.isAbove(providers?.quarantined ?? 0, 0)
      assert.strictEqual(yield* count("select count(*) from athena.providers where unlisted_since is not null"), 0)
      assert.strictEqual(yield* requestsOf("provider"), 0)
      yield* setRules({ match: { route: "departments" }, fault: { kind: "failureInside" } })
      const failed = yield* reference
      assert.strictEqual(failed[0]?.status, "failed")
      assert.strictEqual(failed[2]?.status, "complete", "one that fails costs the others nothing")
    }).pipe(Effect.provide(engine()))
  )
})

describe("a provider whom the list does not show any more", () => {
  it.live("is asked for by id: readable they are unlisted and stay, and listed again they are as before", () =>
    Effect.gen(function* () {
      yield* reference
      yield* happens({ kind: "deleteProvider", providerId: "71" })
      const [, left] = yield* reference
      assert.deepInclude(left, { status: "complete", gone: 0 })
      const before = yield* rowVersions
      yield* reference
      assert.deepStrictEqual(yield* rowVersions, before)
      assert.deepInclude(yield* provider("71"), { isUnlisted: true, isGone: false })
      yield* happens({ kind: "undeleteProvider", providerId: "71" })
      const [, back] = yield* reference
      assert.deepInclude(back, { updated: 1 })
      assert.deepInclude(yield* provider("71"), { isUnlisted: false, isGone: false })
    }).pipe(Effect.provide(engine()))
  )

  it.live("is gone when the vendor says so twice, and not when it says so of those who are listed too", () =>
    Effect.gen(function* () {
      yield* reference
      yield* happens({ kind: "deleteProvider", providerId: "71" })
      const unknown = { kind: "status", status: 404 } as const
      yield* setRules({ match: { route: "provider" }, fault: unknown })
      const [, outage] = yield* reference
      assert.deepInclude(outage, { status: "partial", gone: 0 })
      assert.strictEqual(outage?.error?.tag, "RecordsUnanswered")
      yield* setRules({ match: { route: "provider", id: "71" }, fault: unknown })
      const [, said] = yield* reference
      assert.deepInclude(said, { status: "complete", gone: 1 })
      assert.deepInclude(yield* provider("71"), { isUnlisted: true, isGone: true })
      yield* setRules()
      yield* happens({ kind: "undeleteProvider", providerId: "71" })
      yield* reference
      assert.deepInclude(yield* provider("71"), { isUnlisted: false, isGone: false })
    }).pipe(Effect.provide(engine()))
  )

  it.live("and was never stored, but is named by an appointment, is stored from the read by id", () =>
    Effect.gen(function* () {
      yield* appointments({ from: "2019-06-03", to: "2019-06-07" })
      const sql = yield* SqlClient
      const [row] = yield* sql<{ readonly id: string }>`
        select provider_id as id from athena.appointments where provider_id is not null limit 1`
      const id = row?.id ?? ""
      yield* happens({ kind: "deleteProvider", providerId: id })
      const [, providers] = yield* reference
      assert.deepInclude(providers, { status: "complete" })
      assert.deepInclude(yield* provider(id), { isUnlisted: true, isGone: false })
      assert.strictEqual(yield* requestsOf("provider"), 1)
    }).pipe(Effect.provide(engine()))
  )
})
