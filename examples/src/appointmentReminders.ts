/**
 * Says whom to remind of which appointment, from athenahealth's event notifications:
 * `ATHENA_WEBHOOK_SECRETS=… PORT=8080 node appointmentReminders.ts 195900`
 *
 * A notification names an appointment and nothing else, so its present state is read, audited, and that is what counts: events
 * come twice and in any order. It is answered only when all its appointments were read; anything else is answered 503, and
 * the vendor sends it again, for an hour. For a receiver on the internet, with a durable inbox, this is too little.
 *
 * Source: https://github.com/athenahealth/aone-fhir-subscriptions
 */
import { createHmac, timingSafeEqual } from "node:crypto"
import { createServer } from "node:http"
import { GetAppointment } from "@athena-engine/athena-core/endpoints/appointments/GetAppointment"
import { AppointmentId } from "@athena-engine/athena-core/ids/AppointmentId"
import { parseProprietaryId } from "@athena-engine/athena-core/ids/FhirId"
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Config, Console, Effect, Layer, Redacted, Schema } from "effect"
import { HttpRouter, HttpServer, HttpServerRequest, HttpServerResponse } from "effect/http"
import { argument, runExample } from "./services.ts"

const practiceId = argument(PracticeId, 1, "a practice id", "195900")

/** Of a notification, what this program needs: whom its events are about. */
const Focus = Schema.Struct({
  identifier: Schema.optionalKey(Schema.Struct({ system: Schema.String, value: Schema.String }))
})
const Status = Schema.Struct({
  notificationEvent: Schema.optionalKey(Schema.Array(Schema.Struct({ focus: Schema.optionalKey(Focus) })))
})
const Notification = Schema.fromJsonString(
  Schema.Struct({
    resourceType: Schema.Literal("Bundle"),
    entry: Schema.optionalKey(Schema.Array(Schema.Struct({ resource: Schema.optionalKey(Status) })))
  })
)

/** Comma-separated, so that one can be rotated. What is empty is none: with it anybody could sign. */
const webhookSecrets = Config.NonEmptyString("ATHENA_WEBHOOK_SECRETS").pipe(
  Config.map((text) => text.split(",").flatMap((one) => (one.trim() === "" ? [] : [Redacted.make(one.trim())])))
)

/** The vendor signs the bytes that it sends; nothing of them is read before. */
const isSigned = (body: Uint8Array, signature: string | undefined, secrets: ReadonlyArray<Redacted.Redacted>) => {
  const sent = Buffer.from(signature?.replace(/^sha256=/, "") ?? "", "hex")
  return secrets.some((secret) => {
    const right = createHmac("sha256", Redacted.value(secret)).update(body).digest()
    return sent.length === right.length && timingSafeEqual(sent, right)
  })
}

/** The appointments of this practice that a notification is about, each once. */
const appointmentsIn = ({ entry = [] }: typeof Notification.Type): ReadonlySet<AppointmentId> => {
  const events = entry.flatMap(({ resource }) => resource?.notificationEvent ?? [])
  const named = events.flatMap(({ focus }) => {
    const { system, value } = focus?.identifier ?? { system: "", value: "" }
    const id = parseProprietaryId(system, value)
    return id?.entity === "appointment" && id.practiceId === practiceId ? [AppointmentId.make(id.localId)] : []
  })
  return new Set(named)
}

/** The reminder as the appointment is now. Sending it is for whoever reads these lines. */
const remind = (appointmentId: AppointmentId) =>
  GetAppointment.read({ practiceId, appointmentId }).pipe(
    Effect.map(({ date, patientId, startTime, status }) =>
      status === "f" && patientId !== undefined
        ? `remind    appointment ${appointmentId}  ${date} ${startTime}  patient ${patientId}`
        : `withdraw  appointment ${appointmentId}`
    ),
    Effect.flatMap(Console.log)
  )

const answer = (status: number) => HttpServerResponse.empty({ status })

const receive = Effect.fnUntraced(function* (secrets: ReadonlyArray<Redacted.Redacted>) {
  const request = yield* HttpServerRequest.HttpServerRequest
  const body = new Uint8Array(yield* request.arrayBuffer)
  if (!isSigned(body, request.headers["x-hub-signature"], secrets)) return answer(401)
  const notification = yield* Schema.decodeEffect(Notification)(new TextDecoder().decode(body))
  // The vendor waits two seconds.
  yield* Effect.forEach(appointmentsIn(notification), remind, { concurrency: 8 }).pipe(Effect.timeout("1.5 seconds"))
  return answer(200)
})

const route = (secrets: ReadonlyArray<Redacted.Redacted>) =>
  HttpRouter.add(
    "POST",
    "/webhooks/athenahealth",
    receive(secrets).pipe(
      Effect.catchTag("SchemaError", () => Effect.succeed(answer(400))),
      Effect.catch((error) => Effect.as(Effect.logWarning(`not done, to be sent again: ${error._tag}`), answer(503)))
    )
  )

runExample(
  Effect.gen(function* () {
    const port = yield* Config.Int("PORT").pipe(Config.withDefault(8080))
    const secrets = yield* webhookSecrets
    const listening = Layer.effectDiscard(
      HttpServer.HttpServer.use(({ address }) =>
        Effect.logInfo(`listening on port ${"port" in address ? address.port : "?"}`)
      )
    )
    return yield* HttpRouter.serve(route(secrets), { disableListenLog: true, disableLogger: true }).pipe(
      Layer.merge(listening),
      Layer.provide(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port })),
      Layer.launch
    )
  })
)
