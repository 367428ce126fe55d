import { ChangeFeed } from "./ChangeFeed.ts"

/** The feeds of one practice. */
export interface Feeds {
  readonly appointments: ChangeFeed
  readonly patients: ChangeFeed
  readonly providers: ChangeFeed
  readonly claims: ChangeFeed
  readonly labResults: ChangeFeed
  readonly orders: ChangeFeed
  readonly prescriptions: ChangeFeed
  readonly patientCases: ChangeFeed
}

/** With the vendor's names of events (dossier G.2); those of lab results and orders are [assumed]. */
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
  providers: new ChangeFeed({ default: ["ProviderAdd", "ProviderUpdate", "ProviderDelete", "ProviderUndelete"] }),
  claims: new ChangeFeed({ default: ["UpdateClaim"] }),
  labResults: new ChangeFeed({ default: ["LabResultAdd", "LabResultUpdate"] }),
  orders: new ChangeFeed({ default: ["OrderAdd", "OrderUpdate"] }),
  prescriptions: new ChangeFeed({
    default: [
      "PrescriptionAdd",
      "PrescriptionUpdate",
      "PrescriptionDelete",
      "PrescriptionReopen",
      "PrescriptionPreApproval",
      "PrescriptionRefillAdd",
      "PrescriptionRefillUpdate"
    ]
  }),
  patientCases: new ChangeFeed({
    default: ["PatientCaseAdd", "PatientCaseUpdate", "PatientCaseActionUpdate", "PatientCaseNotifyPatient"]
  })
})
