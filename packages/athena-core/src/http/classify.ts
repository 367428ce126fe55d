/**
 * What one answer of athenahealth means: a pure function of its status, its headers and the beginning of its body. It
 * never throws, whatever it is given.
 *
 * The same status has several meanings: 401 is a stale token or a practice that has not authorised the app; 403 is a
 * missing permission, a feed without subscription, or throttling of an older gateway; 404 is a missing record, a
 * practice that does not exist (or an outage of the vendor's own), or a gateway that knows no such path. Bodies may be
 * HTML, plain text labelled JSON, or begin with blank lines.
 *
 * Source: https://docs.athenahealth.com/api/guides/api-error-message-reference and recorded traffic.
 */
import { Option, Predicate } from "effect"
import { Headers } from "effect/http"
import type { RawAnswer } from "../transport/RawAnswer.ts"

export type Verdict =
  | { readonly _tag: "Accepted" }
  | { readonly _tag: "Throttled" }
  | { readonly _tag: "StaleToken" }
  | { readonly _tag: "PracticeNotAuthorized" }
  | { readonly _tag: "PermissionDenied" }
  | { readonly _tag: "FeedNotSubscribed" }
  | { readonly _tag: "PracticeUnknown" }
  | { readonly _tag: "RecordNotFound" }
  | { readonly _tag: "InvalidRequest"; readonly parameters: ReadonlyArray<string> }
  | { readonly _tag: "TooManyMatches" }
  | { readonly _tag: "Conflict" }
  | { readonly _tag: "ServerUnavailable"; readonly status: number }
  | { readonly _tag: "Unreadable"; readonly kind: "html" | "not-json" }
  | { readonly _tag: "Unexpected"; readonly status: number }

/** How much of a body is searched for words; one that may be JSON is parsed whole, since it can quote a long value. */
const headLength = 2048

export const classify = (answer: RawAnswer): Verdict => {
  const { status } = answer
  const head = answer.body.head(headLength).trimStart()
  if (status >= 200 && status < 300) return accepted(status, head)
  if (status === 429 || saysOverRate(answer.headers, status, head)) return { _tag: "Throttled" }
  switch (status) {
    case 400:
      return badRequest(answer.body.whole)
    case 401:
      return /bad auth|incorrect permissions/i.test(head) ? { _tag: "PracticeNotAuthorized" } : { _tag: "StaleToken" }
    case 402:
      return { _tag: "PermissionDenied" }
    case 403:
      return /changed messages require setup/i.test(head) ? { _tag: "FeedNotSubscribed" } : { _tag: "PermissionDenied" }
    case 404:
      return notFound(head, answer.body.whole)
    case 409:
      return { _tag: "Conflict" }
    case 408:
      return { _tag: "ServerUnavailable", status }
    default:
      return isPassing(status) ? { _tag: "ServerUnavailable", status } : { _tag: "Unexpected", status }
  }
}

/** The server's own failures, those of gateways before it included; less what no repetition can mend. */
const isPassing = (status: number): boolean => status >= 500 && status < 590 && status !== 501 && status !== 505

const accepted = (status: number, head: string): Verdict => {
  if (head === "")
    return status === 204 || status === 201 ? { _tag: "Accepted" } : { _tag: "Unreadable", kind: "not-json" }
  if (head.startsWith("<")) return { _tag: "Unreadable", kind: "html" }
  return /^[[{"\-\dtfn]/.test(head) ? { _tag: "Accepted" } : { _tag: "Unreadable", kind: "not-json" }
}

/** Older gateways refuse with 403 and a text; Apigee's faults may come with any status. */
const saysOverRate = (headers: Headers.Headers, status: number, head: string): boolean => {
  if (status < 400) return false
  if (/"errorcode"\s*:\s*"[^"]*ratelimit/i.test(head)) return true
  if (status !== 403) return false
  const header = (name: string) => Option.getOrElse(Headers.get(headers, name), () => "")
  return (
    /OVER_(QPS|RATE)/i.test(header("x-mashery-error-code")) ||
    /\bover\b/i.test(header("x-error-detail-header")) ||
    /over (qps|rate|quer)/i.test(head)
  )
}

/** An unknown record is answered 400 by some endpoints; the vendor's text is all there is to tell it by. */
const saysUnknownRecord = (error: string): boolean =>
  /not found|does not exist|no such|invalid (patient|appointment|provider|department) ?id/i.test(error)

/** "The given search parameters would produce a total data set larger than 1000 records." */
const saysTooManyMatches = (error: string): boolean => /data set larger than \d+ records/i.test(error)

const badRequest = (text: string): Verdict => {
  const body = errorObject(text)
  if (body === undefined) return unreadable(text.trimStart())
  if (saysTooManyMatches(textOf(body["error"]))) return { _tag: "TooManyMatches" }
  const parameters = [...names(body["missingfields"]), ...names(body["invalidfields"])]
  if (parameters.length === 0 && saysUnknownRecord(`${textOf(body["error"])} ${textOf(body["detailedmessage"])}`)) {
    return { _tag: "RecordNotFound" }
  }
  return { _tag: "InvalidRequest", parameters }
}

const notFound = (head: string, text: string): Verdict => {
  if (/invalid practice/i.test(head)) return { _tag: "PracticeUnknown" }
  if (/service not registered/i.test(head)) return { _tag: "Unexpected", status: 404 }
  const body = errorObject(text)
  return body !== undefined && isVendorsError(body) ? { _tag: "RecordNotFound" } : unreadable(head)
}

/** The keys of the vendor's own errors. Frameworks and gateways send others beside them: a time, a path, a status. */
const vendorsKeys: ReadonlySet<string> = new Set(["error", "detailedmessage", "missingfields", "invalidfields"])

/** Only the vendor's own words about a record count as "not found"; a gateway's page does not. */
const isVendorsError = (body: Readonly<Record<string, unknown>>): boolean =>
  body["resourceType"] === "OperationOutcome" ||
  (("error" in body || "detailedmessage" in body) && Object.keys(body).every((key) => vendorsKeys.has(key)))

const unreadable = (head: string): Verdict => ({ _tag: "Unreadable", kind: head.startsWith("<") ? "html" : "not-json" })

const errorObject = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const parsed: unknown = JSON.parse(text)
    return Predicate.isObject(parsed) ? (parsed as Readonly<Record<string, unknown>>) : undefined
  } catch {
    return undefined
  }
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "")

/** The vendor's names of parameters. */
const parameterNames: ReadonlySet<string> = new Set(
  (
    "practiceid departmentid departmentids providerid patientid appointmentid newappointmentid appointmenttypeid " +
    "appointmentcancelreasonid reasonid reschedulereason cancellationreason startdate enddate startlastmodified " +
    "endlastmodified limit offset showcancelled firstname lastname dob sex ssn zip email mobilephone homephone " +
    "eventname encounterid claimid documentid status source duration date starttime appointmentdate appointmenttime"
  ).split(" ")
)

/** Only names that are known to be parameters: a value in their place could be anybody's name. */
const names = (value: unknown): ReadonlyArray<string> =>
  Array.isArray(value)
    ? value.filter((name): name is string => typeof name === "string" && parameterNames.has(name.toLowerCase()))
    : []
