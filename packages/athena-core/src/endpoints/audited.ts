/**
 * Puts one call that returns patient data into the audit trail's bracket.
 */
import { Cause, type Effect, Exit, Option } from "effect"
import { type AccessIntent, type AccessOutcome, AuditTrail, type AuditTrailUnavailable } from "../audit/AuditTrail.ts"
import type { AthenaError } from "../errors/AthenaError.ts"
import type { Call } from "../http/Call.ts"
import { templateOf } from "../http/EndpointDescription.ts"
import type { AppointmentId } from "../ids/AppointmentId.ts"
import type { PatientId } from "../ids/PatientId.ts"
import type { WireRecord } from "../wire/columns.ts"
import type { RecordKind, Subjects } from "./RecordKind.ts"

/** Records as they came, before they are decoded. */
export interface Received {
  readonly records: ReadonlyArray<WireRecord>
  readonly attempts: number
  readonly requestId: Option.Option<string>
}

const longestParameter = 120

const auditedParameters = (call: Call): Record<string, string> => {
  const kept: Record<string, string> = {}
  for (const name of call.endpoint.auditedParameters) {
    const value = call.query[name]
    if (value === undefined) continue
    kept[name] = value.length <= longestParameter ? value : `(${value.split(",").length} values)`
  }
  return kept
}

const actions = { GET: "R", POST: "C", PUT: "U", DELETE: "D" } as const

/** FHIR: 4 for a request that was refused, 8 for a server that failed. */
const outcomeOfFailure = (error: AthenaError): AccessOutcome["outcome"] => {
  switch (error.reason._tag) {
    case "ServerUnavailable":
    case "Unreachable":
    case "TimedOut":
    case "UnreadableAnswer":
    case "UnexpectedStatus":
      return "serious-failure"
    default:
      return "minor-failure"
  }
}

/** Whose data the records are, each patient and appointment once. */
const subjectsOf = (kind: RecordKind<unknown>, records: ReadonlyArray<WireRecord>): Subjects => {
  const patientIds = new Set<PatientId>()
  const appointmentIds = new Set<AppointmentId>()
  for (const record of records) {
    const subjects = kind.subjects(record)
    for (const id of subjects.patientIds) patientIds.add(id)
    for (const id of subjects.appointmentIds) appointmentIds.add(id)
  }
  return { patientIds: [...patientIds], appointmentIds: [...appointmentIds] }
}

/** Runs `effect` in the bracket: a list is recorded as a query (`E`), a read by id as a read (`R`). */
export const audited = <A extends Received>(
  call: Call,
  kind: RecordKind<unknown>,
  asked: Subjects,
  interaction: "list" | "record",
  effect: Effect.Effect<A, AthenaError>
): Effect.Effect<A, AthenaError | AuditTrailUnavailable, AuditTrail> => {
  const intent: AccessIntent = {
    practiceId: call.practiceId,
    action: interaction === "list" && call.endpoint.verb === "GET" ? "E" : actions[call.endpoint.verb],
    endpoint: templateOf(call.endpoint),
    parameters: auditedParameters(call),
    ...asked
  }
  return AuditTrail.use((trail) => trail.access(intent, effect, (exit) => outcomeOf(exit, kind, asked)))
}

const outcomeOf = <A extends Received>(
  exit: Exit.Exit<A, AthenaError>,
  kind: RecordKind<unknown>,
  asked: Subjects
): AccessOutcome => {
  if (Exit.isSuccess(exit)) {
    return {
      outcome: "success",
      errorTag: undefined,
      ...subjectsOf(kind, exit.value.records),
      records: exit.value.records.length,
      attempts: exit.value.attempts,
      requestId: Option.getOrUndefined(exit.value.requestId)
    }
  }
  const failure = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
  return {
    outcome: failure === undefined ? "major-failure" : outcomeOfFailure(failure),
    errorTag: failure?.reason._tag ?? (Cause.hasInterrupts(exit.cause) ? "Interrupted" : "Defect"),
    ...asked,
    records: 0,
    attempts: failure?.attempts ?? 0,
    requestId: failure === undefined ? undefined : Option.getOrUndefined(failure.requestId)
  }
}
