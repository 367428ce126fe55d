import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { answerTo, everyRow, first, page, type Row, signIn, tokenRequest } from "../support/asking.ts"

const patients = "/v1/195900/patients"

const idsOf = (rows: ReadonlyArray<Row>, key = "patientid") => rows.map((row) => row[key])

/** Some patient whose record is as most are. */
const somebody = Effect.gen(function* () {
  const read = yield* signIn
  const found = page(yield* read(`${patients}?status=active&limit=300`), "patients").rows
  return found.find((row) => row["dob"] !== "01/01/0001" && row["zip"] !== "111") ?? found[0] ?? {}
})

describe("the search of patients", () => {
  it.effect("gives ten rows unless more are asked for, and repeats the search in next", () =>
    Effect.gen(function* () {
      const read = yield* signIn
      const few = page(yield* read(`${patients}?status=active`), "patients")
      assert.strictEqual(few.rows.length, 10)
      assert.include(few.next, "STATUS=active")
      const all = yield* read(`${patients}?status=active&limit=1000`)
      assert.strictEqual(page(all, "patients").rows.length, few.totalcount)
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect("finds by names, birth date, department and telephone, and by all of them together", () =>
    Effect.gen(function* () {
      const read = yield* signIn
      const person = yield* somebody
      const search = (text: string) =>
        Effect.map(read(`${patients}?limit=1000&${text}`), (answer) => idsOf(page(answer, "patients").rows))
      const whole = `firstname=${person["firstname"]}&lastname=${String(person["lastname"]).toUpperCase()}&dob=${person["dob"]}`
      assert.include(yield* search(whole), person["patientid"])
      assert.include(yield* search(`lastname=${String(person["lastname"]).slice(0, 2)}`), person["patientid"])
      assert.notInclude(yield* search(`${whole}&departmentid=nowhere`), person["patientid"])
      assert.deepStrictEqual(yield* search(`${whole}&email=nobody@example.com`), [])
      assert.isAbove((yield* search("departmentid=-1")).length, 0)
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect("refuses what matches more than a thousand, and a birth date that is none", () =>
    Effect.gen(function* () {
      const read = yield* signIn
      const refused = yield* read(`${patients}?limit=5`)
      assert.strictEqual(refused.status, 400)
      assert.include(refused.body, "larger than 1000 records.  Please refine")
      assert.include((yield* read(`${patients}?dob=tomorrow`)).body, "Improper DOB.")
    }).pipe(Effect.provide(Simulator.layer({ volume: 3000 })))
  )

  it.effect("sees a patient who was just added, and by the appointments of a department", () =>
    Effect.gen(function* () {
      const read = yield* signIn
      const simulator = yield* Simulator
      yield* simulator.mutate({
        kind: "addPatient",
        practiceId: "195900",
        fields: { firstName: "Testus", lastName: "Newcomer", birthDate: "1999-01-02" }
      })
      const found = page(yield* read(`${patients}?lastname=newcomer&dob=01/02/1999`), "patients").rows
      assert.strictEqual(found.length, 1)
      const seen = yield* everyRow(read, `/v1/195900/appointments/booked?startdate=06/01/2019&enddate=06/30/2019`)
      const there = new Set(seen.filter((row) => row["departmentid"] === "172").map((row) => row["patientid"]))
      const search = page(yield* read(`${patients}?limit=1000&appointmentdepartmentid=172`), "patients").rows
      const active = new Set(idsOf(search))
      assert.isAbove(search.length, 0)
      assert.isTrue([...there].filter((id) => active.has(id)).length > there.size * 0.9)
    }).pipe(Effect.provide(Simulator.layer()))
  )
})

describe("the best match", () => {
  const match = `${patients}/enhancedbestmatch`

  it.effect("scores 23 for name and birth date, and gives a bare array", () =>
    Effect.gen(function* () {
      const read = yield* signIn
      const person = yield* somebody
      const exact = `firstname=${person["firstname"]}&lastname=${person["lastname"]}&dob=${person["dob"]}`
      const found: ReadonlyArray<Row> = JSON.parse((yield* read(`${match}?${exact}`)).body)
      assert.strictEqual(found[0]?.["patientid"], person["patientid"])
      assert.strictEqual(Number(found[0]?.["score"]), 23)
      const other = `firstname=${person["firstname"]}x&lastname=${person["lastname"]}&dob=${person["dob"]}`
      assert.deepStrictEqual(JSON.parse((yield* read(`${match}?${other}`)).body), [])
      const nearly: ReadonlyArray<Row> = JSON.parse((yield* read(`${match}?${other}&returnbestmatches=true`)).body)
      assert.strictEqual(Number(nearly[0]?.["score"]), 16)
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect("says which fields are missing", () =>
    Effect.gen(function* () {
      const read = yield* signIn
      const refused = yield* read(`${match}?firstname=A`)
      assert.deepStrictEqual(JSON.parse(refused.body).missingfields, ["lastname", "dob"])
    }).pipe(Effect.provide(Simulator.layer()))
  )
})

describe("insurances, claims and encounters", () => {
  it.effect("are a patient's own, with the holder's number in clear and cancelled ones only when asked", () =>
    Effect.gen(function* () {
      const read = yield* signIn
      const rows: Array<Row> = []
      let cancelled = 0
      for (let id = 30_001; id < 30_040; id++) {
        const path = `${patients}/${id}/insurances`
        const shown = page(yield* read(path), "insurances").rows
        const all = page(yield* read(`${path}?showcancelled=true`), "insurances").rows
        cancelled += all.length - shown.length
        rows.push(...shown)
      }
      assert.isAbove(cancelled, 0)
      assert.isTrue(rows.every((row) => /^00055\d{4}$/.test(String(row["insurancepolicyholderssn"]))))
      assert.isFalse(rows.some((row) => "cancelled" in row))
      assert.strictEqual((yield* read(`${patients}/999/insurances`)).status, 404)
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect("are made of the appointments that were seen, and follow when one is checked out", () =>
    Effect.gen(function* () {
      const read = yield* signIn
      const simulator = yield* Simulator
      const june = "/v1/195900/claims?servicestartdate=06/01/2019&serviceenddate=06/30/2019"
      const before = page(yield* read(june), "claims")
      const booked = yield* everyRow(
        read,
        "/v1/195900/appointments/booked?startdate=06/01/2019&enddate=06/30/2019&showcancelled=true"
      )
      const seen = booked.filter((row) => row["appointmentstatus"] === "3" || row["appointmentstatus"] === "4")
      assert.strictEqual(before.totalcount, seen.length)
      const waiting = booked.find((row) => row["appointmentstatus"] === "f") ?? {}
      const appointmentId = String(waiting["appointmentid"])
      yield* simulator.mutate({ kind: "checkIn", practiceId: "195900", appointmentId })
      yield* simulator.mutate({ kind: "checkOut", practiceId: "195900", appointmentId })
      const mine = page(yield* read(`/v1/195900/claims?appointmentid=${appointmentId}`), "claims").rows
      assert.strictEqual(mine.length, 1)
      assert.strictEqual(String(mine[0]?.["patientid"]), waiting["patientid"])
      const one: Row = JSON.parse((yield* read(`/v1/195900/claims/${mine[0]?.["claimid"]}`)).body)
      assert.deepStrictEqual(one, mine[0])
      assert.strictEqual((yield* read("/v1/195900/claims/1")).status, 404)
      const chart = `/v1/195900/chart/${waiting["patientid"]}/encounters?departmentid=1`
      const visits = page(yield* read(chart), "encounters").rows
      const visit = visits.find((row) => String(row["appointmentid"]) === appointmentId)
      assert.strictEqual(visit?.["status"], "CLOSED")
      assert.deepStrictEqual(first(yield* read(`/v1/195900/chart/encounter/${visit?.["encounterid"]}`)), visit)
    }).pipe(Effect.provide(Simulator.layer()))
  )
})

describe("a chart", () => {
  const sections = [
    ["problems", "problems"],
    ["medications", "medications"],
    ["allergies", "allergies"],
    ["vaccines", "vaccines"],
    ["vitals", "vitals"],
    ["encounters", "encounters"],
    ["labresults", "results"]
  ] as const

  it.effect.each(sections)(
    "has %s, the same each time, for some patients none; none in a foreign department",
    ([name, key]) =>
      Effect.gen(function* () {
        const read = yield* signIn
        const lengths: Array<number> = []
        for (let id = 30_001; id < 30_030; id++) {
          const path = `/v1/195900/chart/${id}/${name}`
          const shown = (yield* read(`${path}?departmentid=1`)).body
          assert.strictEqual((yield* read(`${path}?departmentid=1`)).body, shown)
          lengths.push(JSON.parse(shown)[key].length)
          assert.deepStrictEqual(JSON.parse((yield* read(`${path}?departmentid=4711`)).body)[key], [])
        }
        assert.include(lengths, 0)
        assert.isAbove(Math.max(...lengths), 0)
        const refused = yield* read(`/v1/195900/chart/30001/${name}`)
        assert.deepStrictEqual(JSON.parse(refused.body).missingfields, ["departmentid"])
      }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect("groups medications, and has notes beside some sections", () =>
    Effect.gen(function* () {
      const read = yield* signIn
      const groups: Array<unknown> = []
      for (let id = 30_001; id < 30_030; id++) {
        const body = JSON.parse((yield* read(`/v1/195900/chart/${id}/medications?departmentid=1`)).body)
        assert.isString(body.sectionnote)
        assert.notProperty(body, "totalcount")
        groups.push(...body.medications)
      }
      assert.isTrue(groups.every(Array.isArray))
    }).pipe(Effect.provide(Simulator.layer()))
  )
})

describe("the registration of a patient", () => {
  const send = (method: string, path: string, body: string) =>
    Effect.gen(function* () {
      const token: string = JSON.parse((yield* answerTo(tokenRequest())).body).access_token
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/x-www-form-urlencoded" }
      return yield* answerTo({ method, path, headers, body })
    })
  const form = "firstname=Testus&lastname=Newcomer&dob=01/02/1999&departmentid=1&zip=02139&homephone=6175550100"

  it.effect("makes one, or gives the id of who is registered already; a change of theirs is seen at once", () =>
    Effect.gen(function* () {
      const made: ReadonlyArray<Row> = JSON.parse((yield* send("POST", patients, form)).body)
      const again: ReadonlyArray<Row> = JSON.parse((yield* send("POST", patients, form.toUpperCase())).body)
      assert.deepStrictEqual(again, made)
      const path = `${patients}/${made[0]?.["patientid"]}`
      assert.deepStrictEqual(JSON.parse((yield* send("PUT", path, "mobilephone=6175550199&sex=F")).body), made)
      const read = yield* signIn
      const { homephone, mobilephone, sex, zip } = first(yield* read(path))
      assert.deepStrictEqual([homephone, mobilephone, sex, zip], ["6175550100", "6175550199", "F", "02139"])
    }).pipe(Effect.provide(Simulator.layer({ limits: { tokensPerMinute: 100 } })))
  )

  it.effect.each<[string, string]>([
    ["firstname=A&lastname=B&dob=01/02/1999", "departmentid"],
    ["firstname=A&lastname=B&dob=01/02/1999&departmentid=1", "zip"],
    ["firstname=A&lastname=B&dob=13/13/1999&departmentid=1&zip=1", "Improper DOB."]
  ])("refuses %s, naming %s", ([body, word]) =>
    Effect.gen(function* () {
      const refused = yield* send("POST", patients, body)
      assert.strictEqual(refused.status, 400)
      assert.include(refused.body, word)
    }).pipe(Effect.provide(Simulator.layer()))
  )
})
