/**
 * The second look at patients who were answered as unknown: the vendor's outages look the same, its wrong "Invalid practice."
 * included, and deleted and merged patients stay readable, so that hardly anybody is ever truly unknown.
 *
 * the practice answers → a witness, who must be there, is found → each is asked for again
 *
 * The witness is asked for between the two looks, so that an outage that covers both covers the witness. It is taken for an
 * outage, and nobody is gone,
 * - if no witness is found, or there is none: all whom the practice has may be answered as unknown, be it one;
 * - if somebody is found at the second look and somebody is not: "unknown" means nothing then;
 * - if there are many: of a handful of 50, more than five.
 *
 * A witness who was merged or deleted is as good as any, since they are found.
 */
import { Ping } from "@athena-engine/athena-core/endpoints/practice/Ping"
import type { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { Array as Arr, Effect, Option } from "effect"
import { RecordsUnanswered } from "../runs/RunRefusals.ts"
import type { PatientReading } from "./readPatient.ts"

/** More than these are not gone at the same time. */
const mostAtOnce = 5

/** Answers what the second look says; those who are not found then, are gone. */
export const lookAgain = Effect.fnUntraced(function* <E, R>(
  practiceId: PracticeId,
  notFound: ReadonlyArray<PatientId>,
  /** Patients who must be there, none of `notFound`; one who is found will do. */
  witnesses: ReadonlyArray<PatientId>,
  /** Asks for one; none where the answer could not be read. */
  look: (patientId: PatientId) => Effect.Effect<Option.Option<PatientReading>, E, R>
) {
  const unanswered = new RecordsUnanswered({ practiceId, resource: "patients" })
  yield* Ping.check(practiceId)
  const isThere = (witness: PatientId) =>
    Effect.map(look(witness), (reading) => Option.isSome(reading) && reading.value._tag !== "NotFound")
  if (Option.isNone(yield* Effect.findFirst(witnesses, isThere))) return yield* unanswered
  const readings = Arr.getSomes(yield* Effect.forEach(notFound, look, { concurrency: "unbounded" }))
  const unknown = readings.filter(({ _tag }) => _tag === "NotFound").length
  if (unknown > mostAtOnce || (unknown > 0 && unknown < readings.length)) return yield* unanswered
  return readings
})
