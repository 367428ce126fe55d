/** Practice records (dossier F.3). */
import type { PracticeProfile } from "../world/PracticeProfile.ts"
import { drifting } from "./json.ts"

/** The record, ready for `vendorJson`. */
export const practiceRecord = (practice: PracticeProfile): object => ({
  practiceid: practice.id,
  name: practice.name,
  publicnames: practice.enterprise ? [`${practice.name} North`] : undefined,
  golivedate: practice.goLiveDate,
  experiencemode: "STREAMLINEDONLY",
  hasclinicals: drifting(true, practice.olderSpelling),
  hascommunicator: drifting(true, practice.olderSpelling),
  hascollector: drifting(true, practice.olderSpelling),
  iscoordinatorsender: drifting(false, practice.olderSpelling),
  iscoordinatorreceiver: drifting(false, practice.olderSpelling)
})
