import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import type { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import { Effect } from "effect"
import type { Plan } from "./Plan.ts"
import { planAppointments } from "./planAppointments.ts"
import { planPatients } from "./planPatients.ts"

/** What takes one request at least for each of its parts, and tells more only when it is asked. */
const unknownUntilAsked = (practiceId: PracticeId, resource: Plan["resource"], parts: number): Plan => ({
  practiceId,
  resource,
  windows: parts,
  finished: 0,
  calls: parts,
  isBackfill: false
})

/** What the nightly job would do: three lists, the days, two feeds, and the patients who are known by now. */
export const planAll = Effect.fnUntraced(function* (practiceId: PracticeId, from: LocalDate, to: LocalDate) {
  return [
    unknownUntilAsked(practiceId, "reference", 3),
    yield* planAppointments(practiceId, from, to),
    unknownUntilAsked(practiceId, "changes", 2),
    yield* planPatients(practiceId)
  ] satisfies ReadonlyArray<Plan>
})
