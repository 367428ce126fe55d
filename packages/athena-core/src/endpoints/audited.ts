/**
 * Puts one call that returns patient data into the audit trail's bracket.
 */
import { Cause, type Effect, Exit, Option } from "effect"
import { type AccessIntent, type AccessOutcome, AuditTrail, type AuditTrailUnavailable } from "../audit/AuditTrail.ts"
import type { AthenaError } from "../errors/AthenaError.ts"
import type { Answer } from "../http/Athena.ts"
import type { Call } from "../http/Call.ts"
import { templateOf } from "../http/EndpointDescription.ts"
import type { Subjects } from "./RecordKind.ts"

/** What the trail says of an answer. */
type Received = Answer<{ readonly subjects: Subjects; readonly count: number }>

const longestParameter = 120

const auditedParameters = (call: Call, from: "vendor" | "cache"): Record<string, string> => {
  const kept: Record<string, string> = from === "cache" ? { "read-from": "cache" } : {}
  for (const name of call.endpoint.auditedParameters) {
    const value = call.query[name] ?? call.form?.[name]
    if (value === undefined) continue
    kept[name] = value.length <= longestParameter ? value : `(${value.split(",").length} values)`
  }
  return kept
}

const actionOf = (call: Call, interaction: "list" | "record" | "C" | "U" | "D"): AccessIntent["action"] => {
  if (interaction !== "list" && interaction !== "record") return interaction
  return interaction === "list" && call.endpoint.verb === "GET" ? "E" : actions[call.endpoint.verb]
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

/**
 * Runs `effect` in the bracket: a list is recorded as a query (`E`), a read by id as a read (`R`), a write as it says. What
 * is read from a cache is an access like any other, and recorded as one.
 */
export const audited = <A extends Received>(
  call: Call,
  asked: Subjects,
  interaction: "list" | "record" | "C" | "U" | "D",
  effect: Effect.Effect<A, AthenaError>,
  from: "vendor" | "cache" = "vendor"
): Effect.Effect<A, AthenaError | AuditTrailUnavailable, AuditTrail> => {
  const intent: AccessIntent = {
    practiceId: call.practiceId,
    action: actionOf(call, interaction),
    endpoint: templateOf(call.endpoint),
    parameters: auditedParameters(call, from),
    ...asked
  }
  return AuditTrail.use((trail) => trail.access(intent, effect, (exit) => outcomeOf(exit, asked)))
}

const outcomeOf = <A extends Received>(exit: Exit.Exit<A, AthenaError>, asked: Subjects): AccessOutcome => {
  if (Exit.isSuccess(exit)) {
    return {
      outcome: "success",
      errorTag: undefined,
      ...exit.value.body.subjects,
      records: exit.value.body.count,
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
