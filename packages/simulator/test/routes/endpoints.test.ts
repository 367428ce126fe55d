import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { answerTo, everyRow, first, june, page, signIn } from "../support/asking.ts"

const booked = `/v1/195900/appointments/booked?${june}`

describe("booked appointments", () => {
  it.effect("hide cancelled ones unless asked, and open slots always", () =>
    Effect.gen(function* () {
      const read = yield* signIn
      const all = page(yield* read(`${booked}&showcancelled=true`))
      const shown = page(yield* read(booked))
      assert.strictEqual(all.totalcount, 500)
      assert.strictEqual(shown.rows.length, all.rows.filter((row) => row["appointmentstatus"] !== "x").length)
      assert.isTrue(all.rows.some((row) => row["cancelreasonid"] === "-5"))
      assert.isFalse(all.rows.some((row) => row["appointmentstatus"] === "o"))
      assert.strictEqual(all.next, undefined)
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect("come in no order, the same one each time", () =>
    Effect.gen(function* () {
      const read = yield* signIn
      const ids = page(yield* read(booked)).rows.map((row) => Number(row["appointmentid"]))
      assert.deepStrictEqual(
        page(yield* read(booked)).rows.map((row) => Number(row["appointmentid"])),
        ids
      )
      assert.notDeepEqual(
        [...ids].sort((a, b) => a - b),
        ids
      )
      const days = page(yield* read(booked)).rows.map((row) => String(row["date"]))
      assert.notDeepEqual([...days].sort(), days)
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect("page by a next that is relative, upper-cased, sorted, and shrunk to what remains", () =>
    Effect.gen(function* () {
      const read = yield* signIn
      const one = page(yield* read(`${booked}&showcancelled=true&unknown=7&limit=300`))
      assert.strictEqual(
        one.next,
        "/v1/195900/appointments/booked?ENDDATE=06%2F30%2F2019&SHOWCANCELLED=" +
          `${/SHOWCANCELLED=(\w+)/.exec(one.next ?? "")?.[1]}&STARTDATE=06%2F01%2F2019&limit=200&offset=300`
      )
      assert.strictEqual(one.previous, undefined)
      const two = page(yield* read(one.next ?? ""))
      assert.strictEqual(two.rows.length, 200)
      assert.strictEqual(two.next, undefined)
      assert.isString(two.previous)
      assert.strictEqual(new Set([...one.rows, ...two.rows].map((row) => row["appointmentid"])).size, 500)
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect("have a thousand rows a page and no limit in next unless one was sent; more than the maximum is cut", () =>
    Effect.gen(function* () {
      const read = yield* signIn
      const plain = page(yield* read(`${booked}&showcancelled=true`))
      assert.strictEqual(plain.rows.length, 1000)
      assert.isFalse(plain.next?.includes("limit="))
      assert.strictEqual(page(yield* read(`${booked}&limit=9000`)).rows.length, 1100)
      assert.strictEqual((yield* everyRow(read, `${booked}&showcancelled=true`)).length, 2300)
    }).pipe(Effect.provide(Simulator.layer({ volume: 2300, maxRows: 1100 })))
  )

  it.effect("take the single department, or many under multipledepartment, joined or repeated", () =>
    Effect.gen(function* () {
      const read = yield* signIn
      const of = (path: string) =>
        Effect.map(read(path), (answer) => page(answer).rows.map((row) => row["departmentid"]))
      assert.deepStrictEqual([...new Set(yield* of(`${booked}&departmentid=172`))], ["172"])
      assert.strictEqual((yield* read(`${booked}&departmentid=1,172`)).status, 400)
      const many = `/v1/195900/appointments/booked/multipledepartment?${june}`
      const joined = yield* of(`${many}&departmentid=1,172`)
      assert.deepStrictEqual(yield* of(`${many}&DepartmentId=1&departmentid=172`), joined)
      assert.deepStrictEqual([...new Set(joined)].sort(), ["1", "172"])
      assert.isTrue((yield* of(many)).includes("199"))
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect("filter by last change, in Eastern time, whole seconds, ends included", () =>
    Effect.gen(function* () {
      const read = yield* signIn
      const row = page(yield* read(booked)).rows[3]
      const stamp = encodeURIComponent(String(row?.["lastmodified"]))
      const found = page(yield* read(`${booked}&startlastmodified=${stamp}&endlastmodified=${stamp}`)).rows
      assert.isTrue(found.some((other) => other["appointmentid"] === row?.["appointmentid"]))
      assert.isTrue(found.every((other) => other["lastmodified"] === row?.["lastmodified"]))
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect("write one field in several ways", () =>
    Effect.gen(function* () {
      const read = yield* signIn
      const rows = page(yield* read(booked)).rows
      const kinds = (field: string) => [...new Set(rows.map((row) => typeof row[field]))].sort()
      assert.deepStrictEqual(kinds("duration"), ["number", "string"])
      assert.deepStrictEqual(kinds("coordinatorenterprise"), ["boolean", "string"])
      assert.include(
        rows.map((row) => row["renderingproviderid"]),
        ""
      )
      assert.include(
        rows.map((row) => row["supervisingproviderid"]),
        0
      )
      const older = page(yield* read(`/v1/195901/appointments/booked?${june}`))
      assert.isString(older.totalcount)
      const withPatient = page(yield* read(`${booked}&showpatientdetail=true`)).rows[0]
      assert.match(JSON.stringify(withPatient?.["patient"]), /"hasmobile":"(true|false)"/)
      assert.isFalse("copay" in (page(yield* read(`${booked}&showcopay=false`)).rows[0] ?? {}))
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect("escape slashes, and send the vendor's headers", () =>
    Effect.gen(function* () {
      const answer = yield* (yield* signIn)(booked)
      assert.include(answer.body, "06\\/")
      assert.isFalse(/[^\\]\//.test(answer.body))
      assert.strictEqual(answer.headers["Content-Type"], "application/json; charset=UTF-8")
      assert.strictEqual(answer.headers["Cneonction"], "close")
      assert.match(answer.headers["X-Request-Id"] ?? "", /^rrt-\d+-[a-z]-gea1-\d+-\d+-\d+$/)
      assert.strictEqual(answer.headers["X-RateLimit-Limit"], "50000")
      assert.isUndefined(answer.headers["X-RateLimit-Reset"])
      assert.isString(answer.headers["Date"])
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect("refuse missing and unreadable parameters with bodies that start with two line feeds", () =>
    Effect.gen(function* () {
      const read = yield* signIn
      const none = yield* read("/v1/195900/appointments/booked?enddate=06/01/2019")
      assert.strictEqual(none.status, 400)
      assert.strictEqual(none.body, `\n\n{"missingfields":["startdate"],"error":"Additional fields are required."}`)
      const bad = yield* read("/v1/195900/appointments/booked?startdate=2019-06-01&enddate=06/01/2019")
      assert.include(bad.body, "Expecting format date, but value is 2019-06-01")
      assert.include((yield* read(`${booked}&limit=many`)).body, "Expecting type integer, but value is many")
      assert.strictEqual(bad.headers["Content-Type"], "application/json")
    }).pipe(Effect.provide(Simulator.layer()))
  )
})

describe("single records", () => {
  it.effect("are arrays of one; an appointment is leaner by id, and may be an open slot", () =>
    Effect.gen(function* () {
      const read = yield* signIn
      const simulator = yield* Simulator
      const row = page(yield* read(booked)).rows[0]
      const single = first(yield* read(`/v1/195900/appointments/${row?.["appointmentid"]}`))
      assert.strictEqual(single["patientid"], row?.["patientid"])
      for (const field of ["lastmodified", "scheduleddatetime", "scheduledby"]) assert.isFalse(field in single)
      const slot = (yield* simulator.snapshot("195900")).appointments.find((a) => a.status === "o")
      const open = first(yield* read(`/v1/195900/appointments/${slot?.appointmentId}`))
      assert.strictEqual(open["appointmentstatus"], "o")
      assert.isFalse("patientid" in open || "lastmodified" in open)
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect("of patients show all three spellings of nothing, and stay readable when deleted or merged", () =>
    Effect.gen(function* () {
      const read = yield* signIn
      const { patients } = yield* (yield* Simulator).snapshot("195900")
      const records = yield* Effect.forEach(patients, (p) =>
        Effect.map(read(`/v1/195900/patients/${p.patientId}`), first)
      )
      const emails = new Set(records.map((record) => ("email" in record ? record["email"] : undefined)))
      assert.isTrue(emails.has(null) && emails.has("") && emails.has(undefined))
      assert.isTrue(records.some((record) => record["dob"] === "01/01/0001"))
      const balances = records.flatMap((record) => record["balances"] as ReadonlyArray<{ balance: unknown }>)
      assert.isTrue(balances.every(({ balance }) => (typeof balance === "number") === (balance === 0)))
      const merged = patients.find((p) => p.mergedInto !== null)
      assert.strictEqual(first(yield* read(`/v1/195900/patients/${merged?.patientId}`))["status"], "deleted")
      const kept = yield* read(`/v1/195900/patients/${merged?.mergedInto}?showpreviouspatientids=true`)
      assert.deepStrictEqual(first(kept)["previouspatientids"], [merged?.patientId])
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect("that are unknown answer as the options say", () =>
    Effect.gen(function* () {
      const read = yield* signIn
      assert.strictEqual((yield* read("/v1/195900/patients/1")).status, 400)
      assert.strictEqual((yield* read("/v1/195900/appointments/1")).body, "[]")
      assert.strictEqual((yield* read("/v1/195900/departments/1000")).status, 404)
    }).pipe(Effect.provide(Simulator.layer({ unknownPatient: 400, unknownAppointment: "empty" })))
  )

  it.effect("in enterprise practices are the copy of the department's provider group", () =>
    Effect.gen(function* () {
      const read = yield* signIn
      const copy = first(yield* read("/v1/195902/patients/30001?departmentid=143&showlocalpatientid=true"))
      assert.strictEqual(copy["departmentid"], "143")
      assert.isString(copy["localpatientid"])
    }).pipe(Effect.provide(Simulator.layer()))
  )
})

describe("practices", () => {
  it.effect("are listed under practice 1, those that authorised the app", () =>
    Effect.gen(function* () {
      const read = yield* signIn
      const listed = page(yield* read("/v1/1/practiceinfo"), "practiceinfo").rows.map((row) => row["practiceid"])
      assert.deepStrictEqual([...listed].sort(), ["195900", "195901", "195902"])
      const own = page(yield* read("/v1/195901/practiceinfo"), "practiceinfo").rows.map((row) => row["practiceid"])
      assert.deepStrictEqual(own, ["195901"])
      assert.include((yield* read("/v1/1/departments")).body, "Invalid practice.")
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect("answer 404 when there is none, 401 when it never authorised the app", () =>
    Effect.gen(function* () {
      const read = yield* signIn
      const unknown = yield* read("/v1/123/ping")
      assert.deepStrictEqual([unknown.status, unknown.body.slice(0, 3)], [404, "\n\n{"])
      const foreign = yield* read("/v1/195903/departments")
      assert.strictEqual(foreign.status, 401)
      assert.deepStrictEqual(JSON.parse(foreign.body), {
        detailedmessage: "Bad auth.",
        error: "Incorrect permissions."
      })
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect(
    "hide departments of the portal's choosing, have one in another zone, and providers without a last name",
    () =>
      Effect.gen(function* () {
        const read = yield* signIn
        const shown = page(yield* read("/v1/195900/departments"), "departments").rows
        assert.isFalse(shown.some((row) => row["departmentid"] === "199"))
        assert.isTrue(shown.some((row) => row["timezonename"] === "America/Los_Angeles"))
        assert.isTrue(shown.some((row) => row["city"] === ""))
        assert.strictEqual(
          page(yield* read("/v1/195900/departments?showalldepartments=1"), "departments").rows.length,
          6
        )
        assert.strictEqual(first(yield* read("/v1/195900/departments/199"))["departmentid"], "199")
        const providers = page(yield* read("/v1/195900/providers"), "providers").rows
        assert.isTrue(providers.every((row) => typeof row["providerid"] === "number"))
        assert.isTrue(providers.some((row) => !("lastname" in row)))
        assert.isTrue(providers.some((row) => row["entitytype"] === "Non-Person"))
        const types = page(yield* read("/v1/195900/appointmenttypes"), "appointmenttypes").rows
        assert.isFalse(types.some((row) => row["appointmenttypeid"] === 1102))
      }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect("have no other paths: plain text that calls itself JSON, or 405", () =>
    Effect.gen(function* () {
      const read = yield* signIn
      const nothing = yield* read("/v1/195900/chargecodes")
      assert.deepStrictEqual([nothing.status, nothing.body], [404, "Service not registered with API gateway."])
      assert.include(nothing.headers["Content-Type"] ?? "", "application/json")
      const post = yield* answerTo({ method: "POST", path: "/v1/195900/ping", headers: {}, body: "" })
      assert.strictEqual(post.status, 405)
    }).pipe(Effect.provide(Simulator.layer()))
  )
})
