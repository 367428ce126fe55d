import {
  ChangedPatients,
  ChangedPatientsSubscription
} from "@athena-engine/athena-core/endpoints/patients/ChangedPatients"
import { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import { Effect } from "effect"
import { readPatient } from "../patients/readPatient.ts"
import { noRows } from "../runs/SyncResult.ts"
import { makeFeed, type Store } from "./Feed.ts"
import { storeChangedPatients } from "./storeChangedPatients.ts"

/** The feed of changed patients. */
export const patientsFeed = makeFeed({
  name: "patients",
  endpoint: ChangedPatients,
  subscription: ChangedPatientsSubscription,
  defaultEvents: ["AddPatient", "UpdatePatient", "DeletePatient", "MergePatient", "UpdatePatientCustomField"],
  store: storeChangedPatients,
  readAgain: (practiceId, recordId) =>
    Effect.map(readPatient(practiceId, PatientId.make(recordId)), (answer): Store => {
      switch (answer._tag) {
        case "Found":
          return (reading, readAt) => storeChangedPatients(reading, { records: [answer.patient], misfits: [] }, readAt)
        case "DoesNotFit":
          return (reading, readAt) => storeChangedPatients(reading, { records: [], misfits: [answer.misfit] }, readAt)
        case "NotFound":
          // Once is not enough. The next run of the patients asks again, and decides.
          return () => Effect.succeed(noRows)
      }
    })
})
