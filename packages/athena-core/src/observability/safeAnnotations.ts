/**
 * The names that log annotations may have, each with the form that its value must have. Everything else is dropped: an
 * annotation is a way out for PHI that no type guards, so the list is short and holds ids, counts, times, codes and
 * constant texts of ours.
 */
import { isOpaqueId } from "../ids/OpaqueId.ts"

/** Whether a value is what it is said to be. */
export type Form = (value: unknown) => boolean

const matches =
  (pattern: RegExp): Form =>
  (value) =>
    typeof value === "string" && value.length <= 200 && pattern.test(value)

export const isCount: Form = (value) => typeof value === "number" && Number.isFinite(value)
export const isId: Form = (value) =>
  (typeof value === "number" && Number.isSafeInteger(value)) || (typeof value === "string" && isOpaqueId(value))
/** A code, a tag, the name of a resource or of an environment. */
export const isWord = matches(/^[A-Za-z0-9][\w./:-]{0,79}$/)
/** Verb and path template. */
export const isTemplate = matches(/^([A-Z]+ )?\/[\w{}/.$-]*$/)
const isTime = matches(/^\d{4}-\d\d-\d\d([T ][\d:.]+(Z|[+-][\d:]+)?)?$/)
/** Why a record does not fit: a place and an expectation, in the fixed words that `SchemaError` tells it with. */
const isExpectation = matches(/^expected /i)
/** A day, or a day and a part of it. */
const isWindow = matches(/^\d{4}-\d\d-\d\d[\w .:/()-]*$/)
/** A program, its host and process. */
const isHolder = matches(/^[\w.@() -]+$/)
/** The name of a signing key, never the key. */
const isKeyId = matches(/^[\w.:-]{1,128}$/)
/** A line of cron. */
const isCron = matches(/^[A-Za-z\d*,/ -]+$/)
/** A time zone's name. */
const isZone = matches(/^[A-Za-z][\w+/-]*$/)

const forms: Readonly<Record<string, Form>> = {
  appointmentId: isId,
  attempts: isCount,
  command: isWord,
  count: isCount,
  cron: isCron,
  dueAt: isTime,
  durationMs: isCount,
  endpoint: isTemplate,
  environment: isWord,
  errorTag: isWord,
  fetched: isCount,
  gone: isCount,
  holder: isHolder,
  inserted: isCount,
  job: isWord,
  kid: isKeyId,
  nextDue: isTime,
  patientId: isId,
  port: isCount,
  practiceId: isId,
  quarantined: isCount,
  reason: isExpectation,
  recordId: isId,
  requestId: isId,
  requests: isCount,
  resource: isWord,
  retryAt: isTime,
  runId: isWord,
  since: isTime,
  sqlState: isWord,
  status: isWord,
  timeZone: isZone,
  topic: isWord,
  unchanged: isCount,
  updated: isCount,
  window: isWindow
}

/** Whether an annotation may be logged: a known name, and a value of the form that the name promises. */
export const isSafeAnnotation = (name: string, value: unknown): value is string | number =>
  Object.hasOwn(forms, name) && forms[name]?.(value) === true

/** The annotations that may be logged, as text or numbers. */
export const keepSafe = (annotations: Readonly<Record<string, unknown>>): Record<string, string | number> => {
  const kept: Record<string, string | number> = {}
  for (const [name, value] of Object.entries(annotations)) if (isSafeAnnotation(name, value)) kept[name] = value
  return kept
}
