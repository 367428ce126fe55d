/**
 * What must be so wherever the client talks to: the simulator in memory, the simulator over HTTP, and, with a team's own
 * credentials, the vendor's sandbox (`pnpm test:sandbox`). Reads only, and only what practice 195900 has everywhere.
 */

import { GetAppointment } from "@athena-engine/athena-core/endpoints/appointments/GetAppointment"
import { ListAppointmentTypes } from "@athena-engine/athena-core/endpoints/appointments/ListAppointmentTypes"
import { ListBookedAppointments } from "@athena-engine/athena-core/endpoints/appointments/ListBookedAppointments"
import { ListOpenSlots } from "@athena-engine/athena-core/endpoints/appointments/ListOpenSlots"
import { GetPatient } from "@athena-engine/athena-core/endpoints/patients/GetPatient"
import { SearchPatients } from "@athena-engine/athena-core/endpoints/patients/SearchPatients"
import { GetProvider } from "@athena-engine/athena-core/endpoints/practice/GetProvider"
import { ListDepartments } from "@athena-engine/athena-core/endpoints/practice/ListDepartments"
import { ListPractices } from "@athena-engine/athena-core/endpoints/practice/ListPractices"
import { ListProviders } from "@athena-engine/athena-core/endpoints/practice/ListProviders"
import { Ping } from "@athena-engine/athena-core/endpoints/practice/Ping"
import { AppointmentId } from "@athena-engine/athena-core/ids/AppointmentId"
import { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { ProviderId } from "@athena-engine/athena-core/ids/ProviderId"
import { reveal } from "@athena-engine/athena-core/phi/reveal"
import { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import * as AuditTrailMemory from "@athena-engine/audit/store/AuditTrailMemory"
import { AthenaTest, type Target, targetOf } from "@athena-engine/simulator/testing/AthenaTest"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Layer, Redacted, Stream } from "effect"

const variable = process.env["ATHENA_TEST_TARGET"]
const targets: ReadonlyArray<Target> = variable === undefined ? ["memory", "http"] : [targetOf(variable)]

// A team's sandbox may hold its appointments elsewhere.
const practiceId = PracticeId.make(process.env["ATHENA_TEST_PRACTICE"] ?? "195900")
const from = LocalDate.make(process.env["ATHENA_TEST_FROM"] ?? "2019-06-03")
const to = LocalDate.make(process.env["ATHENA_TEST_TO"] ?? "2019-06-05")

const all = <A, E, R>(records: Stream.Stream<A, E, R>) => Stream.runCollect(records)
const booked = (limit: number) => all(ListBookedAppointments.records({ practiceId, from, to, limit }))

/** Some that the practice has: without one there is nothing to test. */
const someBooked = Effect.map(booked(1000), (appointments) => {
  const withPatient = appointments.filter((one) => one.patientId !== undefined)
  assert.isNotEmpty(withPatient, `practice ${practiceId} has no appointment between ${from} and ${to}`)
  return withPatient
})

for (const target of targets) {
  describe(`athenahealth, ${target}`, () => {
    const world = Layer.merge(AthenaTest.layer(target), AuditTrailMemory.layer)

    layer(world, { excludeTestServices: true, timeout: "60 seconds" })((it) => {
      it.effect("answers for the practice, and names it", () =>
        Effect.gen(function* () {
          yield* Ping.check(practiceId)
          const practices = yield* all(ListPractices.records({ practiceId }))
          assert.isTrue(practices.some((one) => one.practiceId === practiceId))
        })
      )

      it.effect("lists departments, providers and types, each once and by its id", () =>
        Effect.gen(function* () {
          const departments = (yield* all(ListDepartments.records({ practiceId }))).map((one) => one.departmentId)
          const providers = (yield* all(ListProviders.records({ practiceId }))).map((one) => one.providerId)
          const types = (yield* all(ListAppointmentTypes.records({ practiceId }))).map((one) => one.appointmentTypeId)
          for (const ids of [departments, providers, types] as ReadonlyArray<ReadonlyArray<string>>) {
            assert.isNotEmpty(ids)
            assert.strictEqual(new Set(ids).size, ids.length)
          }
        })
      )

      it.effect("gives the same appointments in small pages as in large ones", () =>
        Effect.gen(function* () {
          const large = (yield* someBooked).map((one) => one.appointmentId)
          const small = (yield* booked(10)).map((one) => one.appointmentId)
          assert.sameMembers(small, large)
          assert.strictEqual(new Set(small).size, small.length)
        })
      )

      it.effect("says of an appointment by its id what its list says", () =>
        Effect.gen(function* () {
          for (const listed of (yield* someBooked).slice(0, 3)) {
            const read = yield* GetAppointment.read({ practiceId, appointmentId: listed.appointmentId })
            assert.strictEqual(read.appointmentId, listed.appointmentId)
            assert.strictEqual(read.date, listed.date)
            assert.strictEqual(read.startTime, listed.startTime)
            assert.strictEqual(read.patientId, listed.patientId)
          }
        })
      )

      it.effect("gives a patient whose printing shows nothing, and finds the same one by name and birth date", () =>
        Effect.gen(function* () {
          const [appointment] = yield* someBooked
          const patientId = appointment?.patientId ?? PatientId.make("1")
          const patient = yield* GetPatient.read({ practiceId, patientId })
          const { birthDate, firstName, lastName } = reveal(patient.identity, "integration")
          assert.isDefined(lastName)
          assert.notInclude(`${JSON.stringify(patient)} ${patient.identity}`, `"${lastName}"`)
          const criteria = Redacted.make({
            ...(lastName === undefined ? {} : { lastName }),
            ...(firstName === undefined ? {} : { firstName }),
            ...(birthDate === undefined ? {} : { birthDate })
          })
          const found = yield* all(SearchPatients.records({ practiceId, criteria }))
          assert.isTrue(found.some((one) => one.patientId === patientId))
        })
      )

      it.effect("knows no appointment and no patient of an id that nobody has", () =>
        Effect.gen(function* () {
          const nobodys = [
            Effect.asVoid(GetAppointment.read({ practiceId, appointmentId: AppointmentId.make("99999999") })),
            Effect.asVoid(GetPatient.read({ practiceId, patientId: PatientId.make("99999999") }))
          ]
          for (const read of nobodys) {
            const error = yield* Effect.flip(read)
            assert.strictEqual(error._tag === "AthenaError" ? error.reason._tag : error._tag, "RecordNotFound")
          }
        })
      )

      it.effect("gives a provider by id as the list does, and knows none of an id that nobody has", () =>
        Effect.gen(function* () {
          const [listed] = yield* all(ListProviders.records({ practiceId }))
          if (listed === undefined) return assert.fail("no provider")
          const { providerId } = listed
          const provider = yield* GetProvider.read({ practiceId, providerId })
          assert.deepStrictEqual([provider.providerId, provider.lastName], [providerId, listed.lastName])
          const nobody = GetProvider.read({ practiceId, providerId: ProviderId.make("99999999") })
          assert.strictEqual((yield* Effect.flip(nobody))._tag, "AthenaError")
        })
      )

      it.effect("lists open slots of a department without anybody behind them", () =>
        Effect.gen(function* () {
          const [department] = yield* all(ListDepartments.records({ practiceId }))
          if (department === undefined) return assert.fail("no department")
          const slots = yield* all(
            ListOpenSlots.records({
              practiceId,
              departmentIds: [department.departmentId],
              for: { anyReason: true },
              from,
              to,
              bypassScheduleTimeChecks: true
            })
          )
          assert.isTrue(slots.every((slot) => slot.departmentId === department.departmentId))
        })
      )

      it.effect("is recorded in the audit trail, with whose data was read", () =>
        Effect.gen(function* () {
          const { all: recorded } = yield* AuditTrailMemory.RecordedEvents
          const [appointment] = yield* someBooked
          const appointmentId = appointment?.appointmentId ?? AppointmentId.make("1")
          yield* GetAppointment.read({ practiceId, appointmentId })
          const last = (yield* recorded).at(-1)
          assert.strictEqual(last?.outcome, "success")
          assert.deepStrictEqual(last?.appointmentIds, [appointmentId])
        })
      )
    })
  })
}
