import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { Headers } from "effect/http"
import { classify, type Verdict } from "../../src/http/classify.ts"
import { BodyText } from "../../src/transport/BodyText.ts"

interface Case {
  readonly says: string
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** Text as it is, anything else as JSON. */
  readonly body?: unknown
  readonly means: Verdict
}

const html = (title: string) => `<!DOCTYPE html><html><head><title>${title}</title></head><body>${title}</body></html>`
const fault = (errorcode: string) => ({ fault: { faultstring: "some text", detail: { errorcode } } })
const outcome = (details: unknown) => ({
  resourceType: "OperationOutcome",
  issue: [{ severity: "error", code: "business-rule", details }]
})
/** The vendor's error bodies begin with two line feeds. */
const blankLed = (body: unknown) => `\n\n${JSON.stringify(body)}`
const json = { "content-type": "application/json" }

const accepted: Verdict = { _tag: "Accepted" }
const throttled: Verdict = { _tag: "Throttled" }
const staleToken: Verdict = { _tag: "StaleToken" }
const notAuthorized: Verdict = { _tag: "PracticeNotAuthorized" }
const denied: Verdict = { _tag: "PermissionDenied" }
const notSubscribed: Verdict = { _tag: "FeedNotSubscribed" }
const practiceUnknown: Verdict = { _tag: "PracticeUnknown" }
const notFound: Verdict = { _tag: "RecordNotFound" }
const tooMany: Verdict = { _tag: "TooManyMatches" }
const conflict: Verdict = { _tag: "Conflict" }
const invalid = (...parameters: ReadonlyArray<string>): Verdict => ({ _tag: "InvalidRequest", parameters })
const down = (status: number): Verdict => ({ _tag: "ServerUnavailable", status })
const unreadable = (kind: "html" | "not-json"): Verdict => ({ _tag: "Unreadable", kind })
const unexpected = (status: number): Verdict => ({ _tag: "Unexpected", status })

const cases: ReadonlyArray<Case> = [
  // 2xx
  { says: "200 with a list", status: 200, body: { totalcount: 0, appointments: [] }, means: accepted },
  { says: "200 with an array of one", status: 200, body: [{ patientid: "1" }], means: accepted },
  { says: "200 with an empty array", status: 200, body: [], means: accepted },
  { says: "200 with a blank-led body", status: 200, body: blankLed({ totalcount: 0 }), means: accepted },
  { says: "200 with a bare number", status: 200, body: "1", means: accepted },
  { says: "200 with a bare text in quotes", status: 200, body: '"Invalid PROVIDERID input"', means: accepted },
  { says: "200 with true", status: 200, body: "true", means: accepted },
  { says: "200 with nothing", status: 200, body: "", means: unreadable("not-json") },
  { says: "200 with blank lines only", status: 200, body: "\n\n  \r\n", means: unreadable("not-json") },
  { says: "200 with HTML", status: 200, body: html("Maintenance"), means: unreadable("html") },
  {
    says: "200 with HTML labelled JSON",
    status: 200,
    headers: json,
    body: html("Maintenance"),
    means: unreadable("html")
  },
  { says: "200 with blank-led HTML", status: 200, body: `\n\n${html("x")}`, means: unreadable("html") },
  { says: "200 with XML", status: 200, body: '<?xml version="1.0"?><a/>', means: unreadable("html") },
  {
    says: "200 with plain text labelled JSON",
    status: 200,
    headers: json,
    body: "Service temporarily down",
    means: unreadable("not-json")
  },
  { says: "200 cut short is judged by its beginning", status: 200, body: '{"totalcount": 3, "app', means: accepted },
  { says: "200 with success false inside", status: 200, body: { success: false }, means: accepted },
  { says: "201 with a body", status: 201, body: { id: "1" }, means: accepted },
  { says: "201 without a body", status: 201, means: accepted },
  { says: "204", status: 204, means: accepted },
  // 3xx
  { says: "301", status: 301, headers: { location: "https://elsewhere.test" }, means: unexpected(301) },
  { says: "302 to a sign-in page", status: 302, body: html("Sign in"), means: unexpected(302) },
  { says: "304", status: 304, means: unexpected(304) },
  // 400
  {
    says: "400 with missing fields",
    status: 400,
    body: blankLed({ missingfields: ["patientid", "departmentid"], error: "Additional fields are required." }),
    means: invalid("patientid", "departmentid")
  },
  {
    says: "400 with missing and invalid fields",
    status: 400,
    body: { invalidfields: ["zip"], missingfields: ["lastname", "dob"], error: "Additional fields are required." },
    means: invalid("lastname", "dob", "zip")
  },
  {
    says: "400 with a value in place of a field's name",
    status: 400,
    body: { invalidfields: ["01/02/1990 Jane", "dob"], error: "The data provided is invalid." },
    means: invalid("dob")
  },
  {
    says: "400 about required fields without naming them",
    status: 400,
    body: blankLed({
      detailedmessage: "An appointment type or reason must be provided.",
      error: "Additional fields are required."
    }),
    means: invalid()
  },
  { says: "400 with an error alone", status: 400, body: blankLed({ error: "Improper DOB." }), means: invalid() },
  {
    says: "400 with a type error",
    status: 400,
    body: { detailedmessage: "Expecting type integer, but value is ", error: "The data provided is invalid." },
    means: invalid()
  },
  {
    says: "400 with a date error",
    status: 400,
    body: {
      detailedmessage: "Expecting format date, but value is 01/01/   1",
      error: "The data provided is invalid."
    },
    means: invalid()
  },
  {
    says: "400 with an enum error",
    status: 400,
    body: {
      detailedmessage: "The value 'patient' did not match any of the enum values for SOURCE",
      error: "The data provided is invalid."
    },
    means: invalid()
  },
  {
    says: "400 with an error longer than the head that is looked at",
    status: 400,
    body: { detailedmessage: `value is ${"x".repeat(9000)}`, missingfields: ["dob"], error: "invalid" },
    means: invalid("dob")
  },
  {
    says: "400 for too large a search",
    status: 400,
    body: {
      error:
        "The given search parameters would produce a total data set larger than 1000 records.  Please refine your search and try again."
    },
    means: tooMany
  },
  {
    says: "400 for a practice in the wrong state",
    status: 400,
    body: { error: "Practice is not configured correctly." },
    means: invalid()
  },
  {
    says: "400 for an unknown patient",
    status: 400,
    body: { error: "The data provided is invalid.", detailedmessage: "Patient does not exist." },
    means: notFound
  },
  { says: "400 for an invalid patient id", status: 400, body: { error: "Invalid patientid." }, means: notFound },
  { says: "400 with an OperationOutcome", status: 400, body: outcome("Invalid FHIR request"), means: invalid() },
  {
    says: "400 with an OperationOutcome in its other form",
    status: 400,
    body: outcome({ text: "1 validation error for Patient" }),
    means: invalid()
  },
  { says: "400 with HTML", status: 400, body: html("Bad Request"), means: unreadable("html") },
  { says: "400 with nothing", status: 400, means: unreadable("not-json") },
  { says: "400 cut short", status: 400, body: '{"error":"Improp', means: unreadable("not-json") },
  {
    says: "400 of the gateway for its rate",
    status: 400,
    body: fault("policies.ratelimit.SpikeArrestViolation"),
    means: throttled
  },
  // 401
  { says: "401 with nothing", status: 401, means: staleToken },
  {
    says: "401 for an expired token",
    status: 401,
    body: fault("keymanagement.service.access_token_expired"),
    means: staleToken
  },
  {
    says: "401 for an invalid token",
    status: 401,
    body: fault("keymanagement.service.invalid_access_token"),
    means: staleToken
  },
  { says: "401 Developer Inactive", status: 401, body: "<h1>Developer Inactive</h1>", means: staleToken },
  { says: "401 with HTML", status: 401, body: html("Unauthorized"), means: staleToken },
  {
    says: "401 Bad auth.",
    status: 401,
    body: { detailedmessage: "Bad auth.", error: "Incorrect permissions." },
    means: notAuthorized
  },
  {
    says: "401 Bad auth., blank-led",
    status: 401,
    body: blankLed({ detailedmessage: "Bad auth.", error: "Incorrect permissions." }),
    means: notAuthorized
  },
  // 402
  { says: "402", status: 402, body: { error: "Incorrect permissions." }, means: denied },
  { says: "402 with nothing", status: 402, means: denied },
  // 403
  {
    says: "403 of a feed without subscription",
    status: 403,
    body: blankLed({ error: "Changed messages require setup (subscription) that has not been done." }),
    means: notSubscribed
  },
  { says: "403 for a user without access", status: 403, body: { error: "User access denied." }, means: denied },
  { says: "403 for an endpoint that is not enabled", status: 403, body: { error: "Forbidden" }, means: denied },
  { says: "403 with nothing", status: 403, means: denied },
  { says: "403 Developer Inactive", status: 403, body: "<h1>Developer Inactive</h1>", means: denied },
  { says: "403 Developer Over Qps", status: 403, body: "<h1>Developer Over Qps</h1>", means: throttled },
  { says: "403 403 Developer Over Qps", status: 403, body: "<h1>403 Developer Over Qps</h1>", means: throttled },
  { says: "403 Developer Over Rate", status: 403, body: "<h1>Developer Over Rate</h1>", means: throttled },
  { says: "403 over queries, in any case", status: 403, body: "ACCOUNT OVER QUERIES PER SECOND", means: throttled },
  {
    says: "403 with Mashery's code of too many a second",
    status: 403,
    headers: { "X-Mashery-Error-Code": "ERR_403_DEVELOPER_OVER_QPS" },
    means: throttled
  },
  {
    says: "403 with Mashery's code of too many a day",
    status: 403,
    headers: { "X-Mashery-Error-Code": "ERR_403_DEVELOPER_OVER_RATE" },
    means: throttled
  },
  {
    says: "403 with Mashery's code of another reason",
    status: 403,
    headers: { "X-Mashery-Error-Code": "ERR_403_DEVELOPER_INACTIVE" },
    means: denied
  },
  {
    says: "403 with Mashery's detail header",
    status: 403,
    headers: { "X-Error-Detail-Header": "Account Over Queries Per Second Limit" },
    means: throttled
  },
  {
    says: "403 of Apigee's spike arrest",
    status: 403,
    body: fault("policies.ratelimit.SpikeArrestViolation"),
    means: throttled
  },
  {
    says: "403 of Apigee's quota",
    status: 403,
    body: fault("policies.ratelimit.QuotaViolation"),
    means: throttled
  },
  { says: "403 of Apigee for another reason", status: 403, body: fault("steps.oauth.v2.scope"), means: denied },
  // 404
  {
    says: "404 Invalid practice.",
    status: 404,
    body: { error: "Invalid practice.", detailedmessage: "The practice ID does not exist." },
    means: practiceUnknown
  },
  {
    says: "404 Invalid practice., blank-led",
    status: 404,
    body: blankLed({ error: "Invalid practice." }),
    means: practiceUnknown
  },
  { says: "404 for an unknown patient", status: 404, body: { error: "Patient not found." }, means: notFound },
  { says: "404 for another unknown record", status: 404, body: { error: "Default lab not found." }, means: notFound },
  {
    says: "404 with a detail alone",
    status: 404,
    body: blankLed({ detailedmessage: "The appointment does not exist." }),
    means: notFound
  },
  {
    says: "404 with an error longer than the head that is looked at",
    status: 404,
    body: { detailedmessage: "x".repeat(9000), error: "not found" },
    means: notFound
  },
  {
    says: "404 of a framework, not in the vendor's words",
    status: 404,
    body: { timestamp: 1, status: 404, error: "Not Found", path: "/x" },
    means: { _tag: "Unreadable", kind: "not-json" }
  },
  {
    says: "400 that names a value in place of a parameter",
    status: 400,
    body: { error: "The data provided is invalid.", invalidfields: ["Smith", "patientid"] },
    means: { _tag: "InvalidRequest", parameters: ["patientid"] }
  },
  { says: "404 with an OperationOutcome", status: 404, body: outcome("Resource not found"), means: notFound },
  {
    says: "404 of the gateway, plain text labelled JSON",
    status: 404,
    headers: { "content-type": "application/json; charset=utf-8" },
    body: "Service not registered with API gateway.",
    means: unexpected(404)
  },
  { says: "404 with HTML", status: 404, body: html("Not Found"), means: unreadable("html") },
  { says: "404 with nothing", status: 404, means: unreadable("not-json") },
  { says: "404 with an empty object", status: 404, body: {}, means: unreadable("not-json") },
  // other 4xx
  { says: "405", status: 405, means: unexpected(405) },
  { says: "408", status: 408, means: down(408) },
  {
    says: "409 of a booking race",
    status: 409,
    body: blankLed({
      detailedmessage: "The appointment ID is already booked or is not marked as being available to be scheduled.",
      error: "That appointment time was already booked or not available for booking."
    }),
    means: conflict
  },
  { says: "413", status: 413, means: unexpected(413) },
  { says: "414 with HTML", status: 414, body: html("URI Too Long"), means: unexpected(414) },
  { says: "418", status: 418, means: unexpected(418) },
  // 429
  { says: "429 with nothing", status: 429, means: throttled },
  { says: "429 with HTML", status: 429, body: html("Too Many Requests"), means: throttled },
  { says: "429 with Retry-After", status: 429, headers: { "Retry-After": "3" }, means: throttled },
  {
    says: "429 of Apigee's spike arrest",
    status: 429,
    body: fault("policies.ratelimit.SpikeArrestViolation"),
    means: throttled
  },
  { says: "429 with an unrelated error", status: 429, body: { error: "Improper DOB." }, means: throttled },
  // 5xx
  { says: "500 with HTML", status: 500, body: html("Internal Server Error"), means: down(500) },
  { says: "500 with a JSON error", status: 500, body: { error: "Oops" }, means: down(500) },
  { says: "500 with nothing", status: 500, means: down(500) },
  {
    says: "500 of Apigee's quota",
    status: 500,
    body: fault("policies.ratelimit.QuotaViolation"),
    means: throttled
  },
  {
    says: "502 of Apigee",
    status: 502,
    body: fault("messaging.adaptors.http.flow.UnexpectedEOFAtTarget"),
    means: down(502)
  },
  { says: "503 with Retry-After", status: 503, headers: { "Retry-After": "9" }, means: down(503) },
  {
    says: "503 of Apigee",
    status: 503,
    body: fault("messaging.adaptors.http.flow.ServiceUnavailable"),
    means: down(503)
  },
  {
    says: "504 of Apigee",
    status: 504,
    body: fault("messaging.adaptors.http.flow.GatewayTimeout"),
    means: down(504)
  },
  { says: "504 of a load balancer", status: 504, body: html("Gateway Timeout"), means: down(504) },
  { says: "501", status: 501, means: unexpected(501) },
  { says: "596 of Mashery", status: 596, body: "<h1>596 Service Not Found</h1>", means: unexpected(596) },
  {
    says: "520 of a content network",
    status: 520,
    body: html("Web server returned an unknown error"),
    means: down(520)
  },
  { says: "a status that does not exist", status: 999, means: unexpected(999) }
]

const tags: ReadonlySet<string> = new Set<Verdict["_tag"]>([
  "Accepted",
  "Throttled",
  "StaleToken",
  "PracticeNotAuthorized",
  "PermissionDenied",
  "FeedNotSubscribed",
  "PracticeUnknown",
  "RecordNotFound",
  "InvalidRequest",
  "TooManyMatches",
  "Conflict",
  "ServerUnavailable",
  "Unreadable",
  "Unexpected"
])

const textOf = (body: unknown) => (body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body))

describe("classify", () => {
  it("has at least 60 cases in its table", () => assert.isAtLeast(cases.length, 60))

  it.each(cases)("$says means $means._tag", ({ status, headers, body, means }) => {
    assert.deepStrictEqual(
      classify({ status, headers: Headers.fromInput(headers ?? {}), body: BodyText.of(textOf(body)) }),
      means
    )
  })

  const headerName = Schema.Literals(["retry-after", "x-mashery-error-code", "x-error-detail-header", "content-type"])
  const status = Schema.Int.check(Schema.isBetween({ minimum: 100, maximum: 600 }))
  const body = Schema.Union([
    Schema.String,
    Schema.fromJsonString(Schema.Json).pipe(Schema.toEncoded),
    Schema.Literals(["{", "[", '{"error":', "\n\n{}", "<html", "null", '{"missingfields":[null,{}]}', '"'])
  ])

  it.prop(
    "never throws and always gives a known verdict, whatever it is given",
    { status, headers: Schema.Record(headerName, Schema.String), body },
    ({ status, headers, body }) => {
      const verdict = classify({ status, headers: Headers.fromInput(headers), body: BodyText.of(body) })
      assert.isTrue(tags.has(verdict._tag), verdict._tag)
    },
    { arbitrary: { runs: 500 } }
  )

  it.prop(
    "never puts anything but field names into its verdict",
    { values: Schema.Array(Schema.String), status },
    ({ values, status }) => {
      const answer = {
        status,
        headers: Headers.empty,
        body: BodyText.of(JSON.stringify({ invalidfields: values, error: "x" }))
      }
      const verdict = classify(answer)
      if (verdict._tag === "InvalidRequest") {
        for (const name of verdict.parameters) assert.match(name, /^[a-z][a-z0-9_]{0,40}$/i)
      }
    }
  )
})
