/**
 * Decoding of records as the simulator renders them, against `JSON.parse` of the same text. Both are run in turns, and
 * the median of each one's rounds counts.
 */
import { appointmentKind } from "@athena-engine/athena-core/endpoints/appointments/Appointment"
import { patientKind } from "@athena-engine/athena-core/endpoints/patients/Patient"
import { ReceivedRecords } from "@athena-engine/athena-core/endpoints/ReceivedRecords"
import type { RecordKind } from "@athena-engine/athena-core/endpoints/RecordKind"
import type { WireRecord } from "@athena-engine/athena-core/wire/columns"
import { SimulatorHttpClient } from "@athena-engine/simulator/memory/SimulatorHttpClient"
import { SimulatorTest } from "@athena-engine/simulator/testing/SimulatorTest"
import { Effect, Schema } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { median } from "../measure/Usage.ts"
import { workerMain } from "./workerMain.ts"

const rounds = 60
const practice = "195900"

const get = (token: string, path: string) =>
  HttpClientRequest.get(`${SimulatorHttpClient.origin}${path}`).pipe(
    HttpClientRequest.bearerToken(token),
    HttpClient.execute,
    Effect.flatMap((response) => response.text)
  )

const tokenOf = HttpClientRequest.post(`${SimulatorHttpClient.origin}/oauth2/v1/token`).pipe(
  HttpClientRequest.basicAuth("simulator", "simulator-secret"),
  HttpClientRequest.bodyUrlParams({ grant_type: "client_credentials", scope: "athena/service/Athenanet.MDP.*" }),
  HttpClient.execute,
  Effect.flatMap((response) => response.json),
  Effect.map((body) => (body as { readonly access_token: string }).access_token)
)

const timed = (work: () => unknown): number => {
  const began = performance.now()
  work()
  return performance.now() - began
}

/** Microseconds a record of decoding and of parsing. */
const compare = <A>(kind: RecordKind<A>, text: string) => {
  const texts = (JSON.parse(text) as ReadonlyArray<WireRecord>).map((record) => JSON.stringify(record))
  const count = texts.length
  const parsing: Array<number> = []
  const decoding: Array<number> = []
  for (let round = 0; round < rounds; round++) {
    let records: ReadonlyArray<WireRecord> = []
    parsing.push(
      timed(() => {
        records = JSON.parse(text) as ReadonlyArray<WireRecord>
      })
    )
    decoding.push(
      timed(() => {
        const received = new ReceivedRecords(kind)
        for (const [n, record] of records.entries()) received.add(record, texts[n] ?? "")
      })
    )
  }
  const microseconds = (millis: ReadonlyArray<number>) => (median(millis) * 1000) / count
  return { records: count, bytes: text.length / count, parse: microseconds(parsing), decode: microseconds(decoding) }
}

workerMain(Schema.Struct({}), () =>
  Effect.gen(function* () {
    const token = yield* tokenOf
    const page = yield* get(
      token,
      `/v1/${practice}/appointments/booked/multipledepartment?startdate=06%2F01%2F2019&enddate=06%2F30%2F2019` +
        "&showcancelled=true&showcopay=false&departmentid=1,21,62,82,102,145,150,162&limit=1000"
    )
    const { appointments } = JSON.parse(page) as { readonly appointments: ReadonlyArray<WireRecord> }
    const ids = [...new Set(appointments.flatMap(({ patientid }) => (patientid === undefined ? [] : [patientid])))]
    const patients = yield* Effect.forEach(ids.slice(0, 300), (id) => get(token, `/v1/${practice}/patients/${id}`))
    return {
      appointment: compare(appointmentKind, JSON.stringify(appointments)),
      patient: compare(patientKind, JSON.stringify(patients.flatMap((text) => JSON.parse(text))))
    }
  }).pipe(Effect.provide(SimulatorTest.layerMemory({ volume: 1500 })))
)
