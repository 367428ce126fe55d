/**
 * A call to an endpoint that is not described here. It goes through all that a described one goes through: budget, token,
 * retries, classification and, where patients are behind the answer, the audit trail.
 *
 * The caller says what nobody else can know, and leaves none of it out:
 *
 * - `phi`: `"none"`, or whose data is asked for. With patients behind it the call needs an `AuditTrail` in its type.
 * - `path`: a template. Errors, spans, metrics and the trail name it, so an id has a placeholder in it and never stands
 *   in the path itself; a path that seems to hold one is refused.
 * - `repeat`: whether a failure may be followed by another try. Of a write whose answer is lost, `mayHaveTakenEffect`
 *   tells that it may have been done.
 * - `answer`: a schema. Its own messages must be fixed texts, as they go into errors; what identifies should decode into
 *   `Redacted`.
 *
 * ```ts
 * const { value } = yield* request({
 *   practiceId,
 *   verb: "GET",
 *   path: "/v1/{practiceid}/patients/{patientid}/privacyinformationverified",
 *   values: { patientid: patientId },
 *   query: { departmentid: "1" },
 *   auditedParameters: ["departmentid"],
 *   repeat: "safe",
 *   phi: { patientIds: [patientId] },
 *   answer: Schema.Struct({ privacynotice: Schema.Boolean })
 * })
 * ```
 */
import { Effect, Option, Result, Schema } from "effect"
import type { AuditTrail, AuditTrailUnavailable } from "../audit/AuditTrail.ts"
import { AthenaError, InvalidRequest } from "../errors/AthenaError.ts"
import { type Answer, Athena } from "../http/Athena.ts"
import type { Call } from "../http/Call.ts"
import { type EndpointDescription, templateOf } from "../http/EndpointDescription.ts"
import { type ReadBody, readJson } from "../http/readBody.ts"
import type { AppointmentId } from "../ids/AppointmentId.ts"
import type { PatientId } from "../ids/PatientId.ts"
import type { PracticeId } from "../ids/PracticeId.ts"
import { noPhi, type PhiFields } from "../phi/PhiClass.ts"
import { SealedRecord } from "../phi/SealedRecord.ts"
import { audited } from "./audited.ts"
import { noSubjects, type Subjects } from "./RecordKind.ts"
import { RecordMisfit } from "./record.ts"

/** The names of a path's placeholders, less the practice's. */
export type Placeholder<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Exclude<Name, "practiceid"> | Placeholder<Rest>
  : never

type Values<Path extends string> = [Placeholder<Path>] extends [never]
  ? { readonly values?: Readonly<Record<never, string>> }
  : { readonly values: { readonly [Name in Placeholder<Path>]: string } }

/** A template from the origin. */
export type PathTemplate = `/v1/{practiceid}/${string}` | `/fhir/r4/${string}`

/** What a request is, whoever's data it is about. */
export interface RequestOf<Path extends PathTemplate, A> {
  readonly practiceId: PracticeId
  /** In spans and metrics; `Request` by default. Never an id or a name of anybody. */
  readonly name?: string
  readonly verb: EndpointDescription["verb"]
  readonly path: Path
  readonly query?: Readonly<Record<string, string>>
  /** A form-encoded body, which is how `/v1` takes what is written. */
  readonly form?: Readonly<Record<string, string>>
  /** A JSON body, which is how FHIR does. */
  readonly json?: unknown
  /** `safe`: may be sent again. `consumes`: a read that takes what it returns. `never`: a write. */
  readonly repeat: EndpointDescription["repeat"]
  /** Parameters that the audit trail keeps: dates, departments, switches. Never a search term. None by default. */
  readonly auditedParameters?: ReadonlyArray<string>
  /** What the JSON of the answer is; an empty body is `null`. */
  readonly answer: Schema.Codec<A, unknown>
}

/** Whose data a request is about. */
export interface PhiOf<A> {
  /** Known before the call. Empty for a search: then say with `found` whom it found. */
  readonly patientIds: ReadonlyArray<PatientId>
  readonly appointmentIds?: ReadonlyArray<AppointmentId>
  /** Whose data the answer holds beside those asked for. It must not throw. */
  readonly found?: (value: A) => Subjects
}

/** An answer. */
export interface Requested<A> {
  readonly value: A
  /** The JSON as sent, less what is never stored; opened by `reveal`, or `revealText` where it is a list. */
  readonly raw: SealedRecord
  readonly requestId: Option.Option<string>
  /** Requests sent. */
  readonly attempts: number
}

/** A path that names a patient is about a patient. */
type NoPhi<Path extends string> = Path extends `${string}{patientid}${string}` ? never : "none"

interface ReceivedAnswer<A> {
  readonly decoded: Result.Result<A, Schema.SchemaError>
  readonly raw: SealedRecord
  readonly subjects: Subjects
  readonly count: number
}

/** Everything of the answer is protected: nothing is known of it. */
const unknownFields: PhiFields = { identifying: ["*"], linked: [], none: [] }

/** Words, with a digit or two at most: a longer number is an id. */
const isWord = (segment: string): boolean => /^[A-Za-z$_][A-Za-z$_-]*\d{0,2}[A-Za-z_-]*$/.test(segment)
const isPlaceholder = (segment: string): boolean => /^\{[a-z]+\}$/.test(segment)

/** Whether a path is nothing but words and placeholders, each with a value. */
const isTemplate = (path: string, values: Readonly<Record<string, string>>): boolean => {
  const segments = /^\/(?:v1\/\{practiceid\}|fhir\/r4)\/(.+)$/.exec(path)?.[1]?.split("/") ?? [""]
  return segments.every(
    (segment) => isWord(segment) || (isPlaceholder(segment) && values[segment.slice(1, -1)] !== undefined)
  )
}

const union = <A>(...lists: ReadonlyArray<ReadonlyArray<A>>): ReadonlyArray<A> => [...new Set(lists.flat())]

const readAnswer =
  <A>(
    name: string,
    answer: Schema.Codec<A, unknown>,
    asked: Subjects,
    found: PhiOf<A>["found"]
  ): ReadBody<ReceivedAnswer<A>> =>
  (body) =>
    Result.map(readJson(body), (json) => {
      const raw = new SealedRecord(name, JSON.stringify(json))
      const decoded = Schema.decodeUnknownResult(answer)(json)
      const named = Result.isSuccess(decoded) ? (found?.(decoded.success) ?? noSubjects) : noSubjects
      return {
        decoded,
        raw,
        subjects: {
          patientIds: union(asked.patientIds, named.patientIds),
          appointmentIds: union(asked.appointmentIds, named.appointmentIds)
        },
        count: 1
      }
    })

/** What is sent, whatever its path. */
interface Sent<A> extends RequestOf<PathTemplate, A> {
  readonly values?: Readonly<Record<string, string>>
}

const callOf = <A>(sent: Sent<A>, name: string, phi: PhiFields): Call => ({
  endpoint: {
    name,
    verb: sent.verb,
    path: sent.path,
    vendorPage: "",
    evidence: "inferred",
    repeat: sent.repeat,
    phi,
    auditedParameters: sent.auditedParameters ?? []
  },
  practiceId: sent.practiceId,
  path: sent.values ?? {},
  query: sent.query ?? {},
  ...(sent.form === undefined ? {} : { form: sent.form }),
  ...(sent.json === undefined ? {} : { json: sent.json })
})

/** The path is not quoted: what it holds in the place of a word may be an id. */
const notATemplate = (practiceId: PracticeId, verb: string) =>
  new AthenaError({
    endpoint: `${verb} (a path that is no template)`,
    practiceId: Option.some(practiceId),
    requestId: Option.none(),
    attempts: 0,
    reason: new InvalidRequest({ parameters: ["path"] })
  })

const send = Effect.fnUntraced(function* <A, E, R>(
  sent: Sent<A>,
  phi: PhiOf<A> | undefined,
  bracket: (
    call: Call,
    asked: Subjects,
    exchange: Effect.Effect<Answer<ReceivedAnswer<A>>, AthenaError>
  ) => Effect.Effect<Answer<ReceivedAnswer<A>>, E, R>
) {
  if (!isTemplate(sent.path, sent.values ?? {})) return yield* notATemplate(sent.practiceId, sent.verb)
  const athena = yield* Athena
  const name = sent.name ?? "Request"
  const call = callOf(sent, name, phi === undefined ? noPhi : unknownFields)
  const asked: Subjects =
    phi === undefined ? noSubjects : { patientIds: phi.patientIds, appointmentIds: phi.appointmentIds ?? [] }
  const exchange = athena.exchange(call, readAnswer(name, sent.answer, asked, phi?.found))
  const { attempts, body, requestId } = yield* athena.inFlight(sent.practiceId, bracket(call, asked, exchange))
  if (Result.isFailure(body.decoded)) {
    return yield* new RecordMisfit({
      practiceId: sent.practiceId,
      endpoint: templateOf(call.endpoint),
      misfit: { recordId: undefined, reason: body.decoded.failure.message.replace(/\s+/g, " "), raw: body.raw }
    })
  }
  const requested: Requested<A> = { value: body.decoded.success, raw: body.raw, requestId, attempts }
  return requested
})

/** A search is recorded as a query; what names whom it asks for, as a read. */
const interactionOf = (call: Call, asked: Subjects) =>
  call.endpoint.verb === "GET" && asked.patientIds.length + asked.appointmentIds.length === 0 ? "list" : "record"

/**
 * Sends a request to an endpoint that is not described. Fails with `AthenaError`, and with `RecordMisfit` when the answer
 * does not fit `answer`. With patients behind it, it is one audited access.
 */
export function request<const Path extends PathTemplate, A>(
  options: RequestOf<Path, A> & Values<Path> & { readonly phi: PhiOf<A> }
): Effect.Effect<Requested<A>, AthenaError | RecordMisfit | AuditTrailUnavailable, Athena | AuditTrail>
export function request<const Path extends PathTemplate, A>(
  options: RequestOf<Path, A> & Values<Path> & { readonly phi: NoPhi<Path> }
): Effect.Effect<Requested<A>, AthenaError | RecordMisfit, Athena>
export function request<A>(
  options: Sent<A> & { readonly phi: PhiOf<A> | "none" }
): Effect.Effect<Requested<A>, AthenaError | RecordMisfit | AuditTrailUnavailable, Athena | AuditTrail> {
  const { phi } = options
  return phi === "none"
    ? send(options, undefined, (_call, _asked, exchange) => exchange)
    : send(options, phi, (call, asked, exchange) => audited(call, asked, interactionOf(call, asked), exchange))
}
