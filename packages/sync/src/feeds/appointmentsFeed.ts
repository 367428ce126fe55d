import {
  ChangedAppointments,
  ChangedAppointmentsSubscription
} from "@athena-engine/athena-core/endpoints/appointments/ChangedAppointments"
import { AppointmentId } from "@athena-engine/athena-core/ids/AppointmentId"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { readAppointment } from "../appointments/readAppointment.ts"
import { linkReschedules } from "../appointments/sql/linkReschedules.ts"
import { storeRead } from "../appointments/sql/storeRead.ts"
import { release, setAside } from "../quarantine/quarantine.ts"
import { noRows } from "../runs/SyncResult.ts"
import { makeFeed, type Store } from "./Feed.ts"
import { storeChangedAppointments } from "./storeChangedAppointments.ts"

/** That the vendor does not know it is no word of the feed: a candidate, for the next run of the lists to decide. */
const noteCandidate = Effect.fnUntraced(function* (practiceId: string, id: AppointmentId) {
  const sql = yield* SqlClient
  yield* sql`
    insert into athena.candidates (practice_id, appointment_id, date)
    select practice_id, appointment_id, date from athena.appointments
    where practice_id = ${practiceId} and appointment_id = ${id} and gone_at is null
    on conflict do nothing`
})

/** The feed of changed appointments, open slots among them. */
export const appointmentsFeed = makeFeed({
  name: "appointments",
  endpoint: ChangedAppointments,
  subscription: ChangedAppointmentsSubscription,
  defaultEvents: [
    "ScheduleAppointment",
    "CheckIn",
    "CheckOut",
    "UpdateAppointment",
    "CancelAppointment",
    "FreezeAppointment",
    "UnfreezeAppointment",
    "DeleteAppointment",
    "AddAppointmentSlot"
  ],
  store: storeChangedAppointments,
  readAgain: (practiceId, recordId) => {
    const id = AppointmentId.make(recordId)
    return Effect.map(
      readAppointment(practiceId, id),
      (answer): Store =>
        Effect.fnUntraced(function* (reading, readAt) {
          const run = { ...reading.run, resource: "appointments" } as const
          if (answer._tag === "NotFound") {
            yield* noteCandidate(practiceId, id)
            return noRows
          }
          if (answer._tag === "DoesNotFit") {
            yield* setAside(run, [answer.misfit])
            return { ...noRows, fetched: 1, quarantined: 1 }
          }
          yield* release(run, [id])
          if (!(yield* storeRead(run, answer.appointment, readAt))) return { ...noRows, fetched: 1, unchanged: 1 }
          yield* linkReschedules(run, [answer.appointment])
          return { ...noRows, fetched: 1, ...(answer.appointment.status === "o" ? { gone: 1 } : { updated: 1 }) }
        })
    )
  }
})
