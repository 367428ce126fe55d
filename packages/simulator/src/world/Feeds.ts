import { ChangeFeed } from "./ChangeFeed.ts"

/** The feeds of one practice. */
export interface Feeds {
  readonly appointments: ChangeFeed
  readonly patients: ChangeFeed
  readonly providers: ChangeFeed
}

/** With the vendor's names of events (dossier G.2). */
export const makeFeeds = (): Feeds => ({
  appointments: new ChangeFeed({
    default: [
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
    others: ["UpdateReminderCall", "UpdateSuggestedOverbooking"]
  }),
  patients: new ChangeFeed({
    default: ["AddPatient", "UpdatePatient", "DeletePatient", "MergePatient", "UpdatePatientCustomField"]
  }),
  providers: new ChangeFeed({ default: ["ProviderAdd", "ProviderUpdate", "ProviderDelete", "ProviderUndelete"] })
})
