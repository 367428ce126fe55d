import type { AuditTrail } from "@athena-engine/athena-core/audit/AuditTrail"
import { AppointmentId } from "@athena-engine/athena-core/ids/AppointmentId"
import { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { assert, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { type ChainHead, chainEntry, emptyChain } from "../../src/chain/AuditChain.ts"
import { genesisHash } from "../../src/chain/EntryHash.ts"
import { outcomeDraft } from "../../src/store/AccessDraft.ts"
import * as AuditTrailSql from "../../src/store/AuditTrailSql.ts"
import { toHex } from "../../src/store/sql/bytes.ts"
import { insertEntries } from "../../src/store/sql/insertEntries.ts"
import type { BadEntry } from "../../src/verify/Verification.ts"
import * as Verify from "../../src/verify/Verify.ts"
import * as AuditDatabase from "../database/AuditDatabase.ts"
import { access, intentOf, outcomeOf, practice } from "../store/AuditTrail.suite.ts"

const neighbour = PracticeId.make("195901")

/** Four calls of the practice (8 entries) and one of its neighbour. */
const fill = Effect.gen(function* () {
  for (const id of ["1", "2", "3", "4"]) {
    yield* access(Effect.void, { patientIds: [PatientId.make(id)] }, { appointmentIds: [AppointmentId.make(`9${id}`)] })
  }
  yield* access(Effect.void, { practiceId: neighbour })
})

const eventAt = (sequence: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql<{ readonly event_id: string }>`
      select event_id from audit.entries where practice_id = ${practice} and sequence = ${String(sequence)}::text::bigint`
    return rows[0]?.event_id ?? null
  })

/** What the owner of a database can do: switch the protection off, then anything. */
const tamper = (...statements: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    for (const table of ["entries", "subject_sets", "heads"]) {
      yield* sql.unsafe(`alter table audit.${table} disable trigger all`)
    }
    for (const statement of statements) yield* sql.unsafe(statement)
  })

const headOf = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly sequence: bigint; readonly hash: Uint8Array }>`
    select sequence, hash from audit.heads where practice_id = ${practice}`
  const row = rows[0]
  return row === undefined
    ? emptyChain(practice)
    : { chain: practice, sequence: Number(row.sequence), hash: toHex(row.hash) }
})

/** An outcome of its own making behind `head`, hashed as it should be. */
const forge = Effect.fnUntraced(function* (head: ChainHead, eventId: string = crypto.randomUUID()) {
  const sql = yield* SqlClient.SqlClient
  const writer = { writerId: crypto.randomUUID(), environment: "simulator" }
  const told = outcomeOf({ outcome: "success" })
  const draft = outcomeDraft(writer, eventId, intentOf({ patientIds: [] }), {
    ...told,
    outcome: "success",
    errorTag: undefined,
    patientIds: [],
    appointmentIds: [],
    records: 0,
    attempts: 1,
    requestId: undefined
  })
  const chained = chainEntry(head, draft, new Date("2026-01-01T00:00:00.000Z"))
  yield* insertEntries(sql, { entries: [chained], heads: [], subjects: [] })
  return chained
})

const self = "audit.entries"
const where = (sequence: number) => `where practice_id = '${practice}' and sequence = ${sequence}`
const shift = (from: number, by: number) => [
  `update ${self} set sequence = sequence + 1000 where practice_id = '${practice}' and sequence >= ${from}`,
  `update ${self} set sequence = sequence - 1000 + ${by} where practice_id = '${practice}' and sequence >= 1000`
]
const setHead = (sequence: number) =>
  `update audit.heads set sequence = ${sequence}, hash = (select hash from ${self} ${where(sequence)})
   where practice_id = '${practice}'`

const swap = (a: number, b: number) => [
  `update ${self} set sequence = 1000 ${where(a)}`,
  `update ${self} set sequence = ${a} ${where(b)}`,
  `update ${self} set sequence = ${b} ${where(1000)}`
]

const trail = Layer.provideMerge(AuditTrailSql.layer({ environment: "simulator" }), AuditDatabase.layer)

const scenario = (
  name: string,
  damage: Effect.Effect<unknown, unknown, SqlClient.SqlClient | AuditTrail>,
  expected: Pick<BadEntry, "sequence" | "kind" | "part">,
  hasEvent: boolean
) =>
  it.effect(name, () =>
    Effect.gen(function* () {
      yield* fill
      assert.strictEqual((yield* Verify.run()).status, "verified")
      yield* damage
      const found = yield* Verify.run({ pageSize: 3 })
      assert.strictEqual(found.status, "broken")
      assert.isDefined(found.firstBad)
      const { eventId, practiceId, ...rest } = found.firstBad
      assert.deepStrictEqual(rest, expected)
      assert.strictEqual(practiceId, practice)
      assert.strictEqual(eventId !== null, hasEvent)
      assert.strictEqual((yield* Verify.run({ practiceId: neighbour })).status, "verified")
    }).pipe(Effect.provide(trail))
  )

it.effect("verifies an honest trail and counts its calls", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* Verify.run(), {
      status: "verified",
      events: 0,
      entries: 0,
      checkpoints: 0,
      unfinished: 0,
      recovered: 0
    })
    yield* fill
    const during = yield* access(Verify.run({ pageSize: 2 }))
    assert.deepStrictEqual(during, {
      status: "verified",
      events: 6,
      entries: 11,
      checkpoints: 0,
      unfinished: 1,
      recovered: 0
    })
    assert.strictEqual((yield* Verify.run({ practiceId: neighbour })).entries, 2)
  }).pipe(Effect.provide(trail))
)

const entry = (kind: BadEntry["kind"], sequence: number) => ({ kind, sequence, part: "entry" }) as const

scenario("names a changed column", tamper(`update ${self} set agent = 'nobody' ${where(3)}`), entry("changed", 3), true)
scenario(
  "names a column filled in that the entry does not have",
  tamper(`update ${self} set outcome = 'success' ${where(3)}`),
  entry("changed", 3),
  true
)
scenario(
  "names changed parameters",
  tamper(`update ${self} set parameters = '{}' ${where(5)}`),
  entry("changed", 5),
  true
)
scenario("names changed bytes", tamper(`update ${self} set canonical = '{}' ${where(4)}`), entry("changed", 4), true)
scenario("names a changed hash", tamper(`update ${self} set hash = sha256('x') ${where(4)}`), entry("changed", 4), true)
scenario(
  "names an entry that was changed and hashed again",
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql<{ readonly hash: Uint8Array }>`
      select hash from audit.entries where practice_id = ${practice} and sequence = 3`
    const eventId = yield* eventAt(3)
    assert.isDefined(rows[0])
    yield* tamper(`delete from ${self} ${where(4)}`)
    yield* forge({ chain: practice, sequence: 3, hash: toHex(rows[0].hash) }, eventId ?? "")
  }),
  entry("changed", 4),
  true
)
scenario("names a removed entry", tamper(`delete from ${self} ${where(3)}`), entry("removed", 3), false)
scenario(
  "names a removed entry whose gap was closed",
  tamper(`delete from ${self} ${where(3)}`, ...shift(4, -1), setHead(7)),
  entry("removed", 3),
  false
)
scenario("names a removed first entry", tamper(`delete from ${self} ${where(1)}`), entry("removed", 1), false)
scenario("names reordered entries", tamper(...swap(3, 4)), entry("reordered", 3), true)
scenario("names reordered entries that are far apart", tamper(...swap(2, 7)), entry("reordered", 2), true)
scenario(
  "names an inserted entry that others made room for",
  Effect.gen(function* () {
    yield* tamper(...shift(3, 1))
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql<{ readonly hash: Uint8Array }>`
      select hash from audit.entries where practice_id = ${practice} and sequence = 2`
    assert.isDefined(rows[0])
    yield* forge({ chain: practice, sequence: 2, hash: toHex(rows[0].hash) }, (yield* eventAt(1)) ?? "").pipe(
      // The event has its outcome already; without the index, nothing stands in the way.
      (forged) => Effect.andThen(tamper("drop index audit.entries_event"), forged)
    )
  }),
  entry("inserted", 3),
  true
)
scenario(
  "names an inserted entry that is linked to nothing",
  Effect.gen(function* () {
    yield* tamper(...shift(5, 1))
    yield* forge({ chain: practice, sequence: 4, hash: genesisHash("nothing") })
  }),
  entry("inserted", 5),
  true
)
scenario(
  "names an entry behind the head",
  Effect.flatMap(headOf, (head) => forge(head)),
  entry("inserted", 9),
  true
)
scenario(
  "names an outcome without an intent",
  Effect.gen(function* () {
    yield* forge(yield* headOf)
    yield* tamper(setHead(9))
  }),
  entry("inserted", 9),
  true
)
scenario(
  "names a tail cut",
  tamper(`delete from ${self} where practice_id = '${practice}' and sequence > 5`),
  entry("tail-cut", 6),
  false
)
scenario(
  "names a chain cut whole",
  tamper(`delete from ${self} where practice_id = '${practice}'`),
  entry("tail-cut", 1),
  false
)
scenario(
  "names a changed subject set",
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.andThen(
      tamper(),
      sql`update audit.subject_sets set patient_ids = '{8}' where patient_ids = '{2}' and appointment_ids = '{92}'`
    )
  ),
  { kind: "changed", sequence: 4, part: "subject-set" },
  true
)
scenario(
  "names a removed subject set",
  tamper(
    "alter table audit.entries drop constraint entries_subject_set_fkey",
    "delete from audit.subject_sets where appointment_ids = '{92}'"
  ),
  { kind: "removed", sequence: 4, part: "subject-set" },
  true
)
scenario(
  "names a removed head",
  tamper(`delete from audit.heads where practice_id = '${practice}'`),
  { kind: "removed", sequence: 0, part: "head" },
  false
)
scenario(
  "names a changed head",
  tamper(`update audit.heads set hash = sha256('x') where practice_id = '${practice}'`),
  { kind: "changed", sequence: 8, part: "head" },
  true
)
