import { ClockTime } from "@athena-engine/athena-core/time/clockTime"
import { addDays, LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import { instantOf } from "@athena-engine/athena-core/time/localTime"
import { zoneNamed } from "@athena-engine/athena-core/time/zoneNamed"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { engine } from "../support/engine.ts"
import { appointments, happens } from "../support/practice.ts"

/** The days of 2019 on which the clocks are changed. */
const days = ["2019-03-10", "2019-11-03"] as const
const times = ["00:30", "01:00", "01:30", "02:00", "02:30", "03:00", "03:30"]
/** One in New York, one in California. */
const departments = ["1", "172"]

const instant = (date: string, time: string, zone: string) =>
  DateTime.formatIso(
    instantOf({ date: LocalDate.make(date), time: ClockTime.make(time) }, zoneNamed(zone) ?? assert.fail(zone))
  )

interface Row {
  readonly date: string
  readonly time: string
  readonly zone: string
  readonly instant: string
}

const iso = 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'

const stored = Effect.flatMap(
  SqlClient,
  (sql) => sql<Row>`
    select date::text as date, to_char(start_time, 'HH24:MI') as time, time_zone as zone,
      to_char(starts_at at time zone 'UTC', ${iso}) as instant
    from athena.appointments where date = any(${[...days]}::date[]) order by 1, 3, 2`
)

const expected = days.flatMap((date) =>
  ["America/Los_Angeles", "US/Eastern"].flatMap((zone) =>
    times.map((time) => ({ date, time, zone, instant: instant(date, time, zone) }))
  )
)

const bookAll = Effect.forEach(days, (date) =>
  Effect.forEach(departments, (departmentId) =>
    Effect.forEach(times, (startTime) => happens({ kind: "book", patientId: "30001", date, startTime, departmentId }))
  )
)
const syncAll = Effect.forEach(days, (day) => appointments({ from: day, to: day }))

describe("an appointment on a day on which the clocks are changed", () => {
  it.live("begins at the instant that its department's clock means", () =>
    Effect.gen(function* () {
      yield* bookAll
      yield* syncAll
      assert.deepStrictEqual(
        (yield* stored).map((row) => ({ ...row })),
        expected
      )
      const inNewYork = (date: string, time: string) =>
        expected.find((row) => row.date === date && row.time === time && row.zone === "US/Eastern")?.instant
      assert.strictEqual(inNewYork("2019-03-10", "02:30"), "2019-03-10T07:30:00.000Z")
      assert.strictEqual(inNewYork("2019-11-03", "01:30"), "2019-11-03T05:30:00.000Z")
    }).pipe(Effect.provide(engine()))
  )

  it.live("gets that instant when the zone becomes known later, too", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const fault = { kind: "badRecord", field: "timezonename", value: "-05:00" } as const
      yield* simulator.setFaults({ rules: [{ match: { route: "departments" }, fault }] })
      yield* bookAll
      yield* syncAll
      assert.isTrue((yield* stored).every((row) => row.zone === null && row.instant === null))
      yield* simulator.setFaults({ rules: [] })
      yield* syncAll
      assert.deepStrictEqual(
        (yield* stored).map((row) => ({ ...row })),
        expected
      )
    }).pipe(Effect.provide(engine()))
  )

  it.live(
    "is read by the database as the core reads it: every quarter of an hour around each change, in every zone",
    () =>
      Effect.gen(function* () {
        const zones = [
          "US/Eastern",
          "US/Central",
          "America/Denver",
          "America/Phoenix",
          "America/Los_Angeles",
          "US/Alaska"
        ]
        const dates = [2007, 2019, 2026, 2037].flatMap((year) =>
          [`${year}-03-07`, `${year}-10-31`].flatMap((first) =>
            Array.from({ length: 8 }, (_, days) => addDays(LocalDate.make(first), days))
          )
        )
        const clock = Array.from(
          { length: 20 },
          (_, quarter) =>
            `${String(Math.floor(quarter / 4)).padStart(2, "0")}:${String((quarter % 4) * 15).padStart(2, "0")}`
        )
        const sql = yield* SqlClient
        const rows = yield* sql<Row>`
        select date, time, zone, to_char(
            athena.instant_of(date::date + time::time, zone) at time zone 'UTC', ${iso}) as instant
        from unnest(${dates}::text[]) as date, unnest(${clock}::text[]) as time, unnest(${zones}::text[]) as zone`
        assert.strictEqual(rows.length, dates.length * clock.length * zones.length)
        for (const row of rows)
          assert.strictEqual(row.instant, instant(row.date, row.time, row.zone), JSON.stringify(row))
      }).pipe(Effect.provide(engine()))
  )
})

describe("a zone that only JavaScript knows", () => {
  it.live("is none, rather than the end of the run", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient
      const [known] = yield* sql`
        select athena.knows_zone('US/Eastern') as eastern, athena.knows_zone('Nowhere/At_All') as nowhere,
          athena.knows_zone(null) as absent`
      assert.deepStrictEqual({ ...known }, { eastern: true, nowhere: false, absent: true })
    }).pipe(Effect.provide(engine()))
  )
})
