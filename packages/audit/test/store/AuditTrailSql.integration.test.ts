import { AuditTrail, AuditTrailUnavailable } from "@athena-engine/athena-core/audit/AuditTrail"
import { AppointmentId } from "@athena-engine/athena-core/ids/AppointmentId"
import { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { assert, it } from "@effect/vitest"
import { Context, Deferred, Duration, Effect, Exit, Fiber, Layer } from "effect"
import { SqlClient } from "effect/sql"
import * as AuditTrailSql from "../../src/store/AuditTrailSql.ts"
import { sqlCode } from "../../src/store/sqlCode.ts"
import * as Verify from "../../src/verify/Verify.ts"
import * as AuditDatabase from "../database/AuditDatabase.ts"
import { access, intentOf, marker, outcomeOf, practice, Refused, suite } from "./AuditTrail.suite.ts"
import * as RecordedEventsSql from "./RecordedEventsSql.ts"

const environment = "simulator"
const trail = AuditTrailSql.layer({ environment })
const withDatabase = Layer.provideMerge(trail, AuditDatabase.layer)

suite("sql", Layer.provide(Layer.mergeAll(trail, RecordedEventsSql.layer), AuditDatabase.layer))

/** Another process's worth of trail on the same database. */
const another = (options?: Partial<AuditTrailSql.Options>) =>
  Effect.map(Layer.build(AuditTrailSql.layer({ environment, ...options })), (context) =>
    Context.get(context, AuditTrail)
  )

const integer = Effect.fnUntraced(function* (query: string) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql.unsafe<{ readonly n: number }>(query)
  return rows[0]?.n ?? Number.NaN
})

/** Everything that schema `audit` holds, as text. */
const everything = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly text: string }>`
    select e::text || convert_from(canonical, 'UTF8') as text from audit.entries e
    union all select s::text from audit.subject_sets s
    union all select v::text from audit.events v`
  return rows.map((row) => row.text).join("\n")
})

it.layer(withDatabase)("the tables", (it) => {
  it.effect("show one row per call, with the columns that users rely on", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* access(Effect.void)
      const columns = yield* sql<{ readonly name: string; readonly type: string }>`
        select column_name as name, case data_type when 'ARRAY' then udt_name::text else data_type end as type
        from information_schema.columns where table_schema = 'audit' and table_name = 'events' order by ordinal_position`
      assert.deepStrictEqual(
        columns.map((column) => `${column.name} ${column.type}`),
        [
          "event_id uuid",
          "sequence bigint",
          "occurred_at timestamp with time zone",
          "agent text",
          "on_behalf_of text",
          "purpose_of_use text",
          "recipient text",
          "action text",
          "practice_id text",
          "patient_ids _text",
          "appointment_ids _text",
          "endpoint text",
          "outcome text",
          "attempts integer",
          "request_id text",
          "run_id text",
          "source text"
        ]
      )
    })
  )

  it.effect("refuse UPDATE, DELETE and TRUNCATE, from their owner too and as a replica", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* access(Effect.void)
      const statements = [
        "update audit.entries set agent = 'nobody'",
        "delete from audit.entries",
        "truncate audit.entries",
        "update audit.subject_sets set patient_ids = '{}'",
        "delete from audit.subject_sets",
        "truncate audit.subject_sets cascade",
        "delete from audit.heads",
        "truncate audit.heads",
        "update audit.heads set hash = sha256('x')",
        "update audit.heads set sequence = sequence - 1",
        `update audit.heads set practice_id = '2', sequence = sequence + 1`,
        "insert into audit.heads values ('3', 7, sha256('x'))"
      ]
      for (const statement of statements) {
        for (const role of ["origin", "replica"]) {
          const refused = yield* Effect.flip(
            sql.withTransaction(
              Effect.andThen(sql.unsafe(`set local session_replication_role = ${role}`), sql.unsafe(statement))
            )
          )
          assert.strictEqual(sqlCode(refused), "42501", statement)
        }
      }
    })
  )

  it.effect("hold a page's patients once, however often it is read", () =>
    Effect.gen(function* () {
      const page = Array.from({ length: 1000 }, (_, index) => PatientId.make(`p${index}`))
      for (let night = 0; night < 3; night++) yield* access(Effect.void, { patientIds: [] }, { patientIds: page })
      assert.strictEqual(
        yield* integer("select count(*)::int as n from audit.subject_sets where cardinality(patient_ids) = 1000"),
        1
      )
      assert.strictEqual(yield* integer("select count(*)::int as n from audit.events where patient_ids @> '{p999}'"), 3)
    })
  )

  it.effect("hold no word of an error, a query or a defect", () =>
    Effect.gen(function* () {
      const spoken = { errorTag: `${marker} said`, requestId: `${marker} said` }
      const intent = { endpoint: `GET /v1/{practiceid}/patients?lastname=${marker}` }
      yield* Effect.exit(access(Effect.fail(new Refused({ detail: marker })), intent, spoken))
      yield* Effect.exit(access(Effect.die(new Error(marker)), intent, spoken))
      yield* Effect.exit(access(Effect.succeed(marker), intent, spoken))
      const text = yield* everything
      assert.notInclude(text, marker)
      assert.include(text, "Defect")
    })
  )
})

it.effect("commits 256 calls at once in few transactions, without a gap", () =>
  Effect.gen(function* () {
    const practices = ["195900", "195901", "195902", "195903"].map((id) => PracticeId.make(id))
    const started = yield* Deferred.make<void>()
    const calls = Array.from({ length: 256 }, (_, index) =>
      Effect.andThen(
        Deferred.await(started),
        access(Effect.succeed(index), { practiceId: practices[index % 4] ?? practice })
      )
    )
    const fiber = yield* Effect.forkChild(Effect.all(calls, { concurrency: "unbounded" }))
    yield* Effect.yieldNow
    yield* Deferred.succeed(started, undefined)
    assert.deepStrictEqual(
      yield* Fiber.join(fiber),
      calls.map((_, index) => index)
    )
    assert.isBelow(yield* integer("select count(distinct xmin::text)::int as n from audit.entries"), 64)
    assert.strictEqual(yield* integer("select count(*)::int as n from audit.heads h where sequence = 128"), 4)
    const verified = yield* Verify.run()
    assert.deepInclude(verified, { status: "verified", events: 256, entries: 512, unfinished: 0 })
  }).pipe(Effect.provide(withDatabase))
)

it.effect("lets two processes write the same practices at once", () =>
  Effect.gen(function* () {
    const trails = [yield* another(), yield* another(), yield* another({ maxBatch: 3 })]
    const practices = ["3", "4", "5", "6", "7"].map((id) => PracticeId.make(id))
    yield* Effect.forEach(
      Array.from({ length: 300 }, (_, index) => index),
      (index) =>
        trails[index % trails.length]?.access(
          intentOf({
            practiceId: practices[(index * 7) % 5] ?? practice,
            patientIds: [PatientId.make(`${index % 9}`)]
          }),
          Effect.yieldNow,
          outcomeOf({ appointmentIds: [AppointmentId.make(`${index % 11}`)] })
        ) ?? Effect.void,
      { concurrency: 60 }
    )
    assert.deepInclude(yield* Verify.run(), { status: "verified", events: 300, entries: 600, unfinished: 0 })
  }).pipe(Effect.scoped, Effect.provide(AuditDatabase.layer))
)

it.effect("stays when the caller's transaction is rolled back", () =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* Effect.flip(
      sql.withTransaction(Effect.andThen(access(Effect.void), Effect.fail(new Refused({ detail: "rolled back" }))))
    )
    const builtInside = Effect.flatMap(another(), (built) => built.access(intentOf(), Effect.void, outcomeOf()))
    yield* Effect.flip(
      Effect.scoped(
        sql.withTransaction(Effect.andThen(builtInside, Effect.fail(new Refused({ detail: "rolled back" }))))
      )
    )
    assert.deepInclude(yield* Verify.run(), { status: "verified", events: 2, unfinished: 0 })
  }).pipe(Effect.provide(withDatabase))
)

it.effect("names the SQLSTATE when its table is locked away, before and after the call", () =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const away = sql`alter table audit.entries rename to elsewhere`
    const during = yield* Effect.flip(access(away))
    assert.deepInclude(during, { _tag: "AuditTrailUnavailable", step: "outcome", reason: "42P01" })
    const before = yield* Effect.flip(access(Effect.void))
    assert.deepInclude(before, { _tag: "AuditTrailUnavailable", step: "intent", reason: "42P01" })
    yield* sql`alter table audit.elsewhere rename to entries`
    yield* access(Effect.void)
    assert.deepInclude(yield* Verify.run(), { status: "verified", events: 2, unfinished: 1 })
  }).pipe(Effect.provide(withDatabase))
)

it.live("gives up in bounded time when the table is held, and works again afterwards", () =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const impatient = yield* another({ writeTimeout: "300 millis" })
    const call = impatient.access(intentOf(), Effect.void, outcomeOf())
    yield* sql.withTransaction(
      Effect.gen(function* () {
        yield* sql`lock table audit.entries in access exclusive mode`
        const exits = yield* Effect.all(
          Array.from({ length: 5 }, () => Effect.exit(call)),
          { concurrency: "unbounded" }
        )
        for (const exit of exits) {
          assert.isTrue(Exit.isFailure(exit))
          const error = yield* Effect.flip(exit)
          assert.instanceOf(error, AuditTrailUnavailable)
          assert.strictEqual(error.step, "intent")
          assert.include(["timeout", "55P03", "57014"], error.reason)
        }
      })
    )
    yield* call
    assert.strictEqual((yield* Verify.run()).status, "verified")
  }).pipe(Effect.scoped, Effect.provide(AuditDatabase.layer))
)

it.live("survives a broken connection: the batch is written once, and the call goes on", () =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* access(Effect.void)
    const kill = sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`
    yield* Effect.forEach(
      Array.from({ length: 40 }, (_, index) => index),
      (index) => (index % 8 === 3 ? Effect.ignore(kill) : access(Effect.sleep(Duration.millis(1)))),
      { concurrency: 8 }
    )
    assert.deepInclude(yield* Verify.run(), { status: "verified", events: 36, unfinished: 0 })
  }).pipe(Effect.provide(withDatabase))
)

it.effect("fails alone when the database refuses what it wrote", () =>
  Effect.gen(function* () {
    const count = Number.MAX_SAFE_INTEGER
    const exits = yield* Effect.forEach(
      [0, 1, 2, 3],
      (index) => Effect.exit(access(Effect.void, undefined, index === 2 ? { records: count } : {})),
      { concurrency: "unbounded" }
    )
    assert.deepStrictEqual(exits.map(Exit.isSuccess), [true, true, false, true])
    assert.deepInclude(yield* Verify.run(), { status: "verified", events: 4, unfinished: 1 })
  }).pipe(Effect.provide(withDatabase))
)

it.effect("writes what was handed in before it ends, and nothing after", () =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const trail = yield* Effect.scoped(
      Effect.gen(function* () {
        const built = yield* another()
        yield* Effect.forkIn(built.access(intentOf(), Effect.never, outcomeOf()), scope)
        yield* Effect.yieldNow
        return built
      })
    )
    assert.strictEqual(yield* integer("select count(*)::int as n from audit.entries"), 1)
    const error = yield* Effect.flip(trail.access(intentOf(), Effect.void, outcomeOf()))
    assert.deepInclude(error, { step: "intent", reason: "closed" })
  }).pipe(Effect.scoped, Effect.provide(AuditDatabase.layer))
)
