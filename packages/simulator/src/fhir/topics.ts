/** The topics of the event-subscription platform (dossier H.3): 62 of them. */
const events: Readonly<Record<string, ReadonlyArray<string>>> = {
  Appointment: ["cancel", "check-in", "check-out", "freeze", "reschedule", "schedule", "unfreeze", "update"],
  Claim: ["create", "delete", "update"],
  ClinicalEncounterDiagnosis: ["create", "delete", "update"],
  Encounter: ["check-in", "reopen", "signoff"],
  HistoricalMedication: ["create", "delete", "update"],
  HistoricalVaccine: ["create", "delete", "update"],
  ImagingResult: ["close", "create", "delete", "reopen", "update"],
  LabResult: ["close", "create", "update"],
  Order: ["cancel", "deny", "perform", "signoff", "submit", "update"],
  Patient: ["create", "delete", "merge", "update"],
  PatientCase: ["add-note", "create", "update"],
  PatientProblem: ["create", "delete", "update"],
  Prescription: ["create", "delete", "preapprove", "refill-create", "refill-update", "reopen", "update"],
  Provider: ["create", "delete", "undelete", "update"],
  ReferringProvider: ["create", "delete", "undelete", "update"]
}

/** `Appointment.check-in` and its like. */
export const topics: ReadonlyArray<string> = Object.entries(events).flatMap(([type, names]) =>
  names.map((name) => `${type}.${name}`)
)

/** The resource of a topic. */
export const topicResource = (topic: string): object => ({
  resourceType: "SubscriptionTopic",
  id: topic,
  description: `${topic.replace(".", " ")} events`,
  resourceDescription: topic.split(".")[0],
  status: "active",
  experimental: false
})
