/**
 * Error bodies (dossier E.1, E.2). Those of the API itself start with two line feeds; those of the gateway
 * before it come in the gateway's own shapes. `[assumed]` texts are marked, they were never recorded.
 */

/** A refusal: status, extra headers, body. */
export interface ErrorAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly contentType?: string
  readonly body: string
}

/** An error of the API: JSON after two line feeds. */
export const apiError = (status: number, body: object): ErrorAnswer => ({ status, body: `\n\n${JSON.stringify(body)}` })

export const invalidPractice = apiError(404, {
  error: "Invalid practice.",
  detailedmessage: "The practice ID does not exist."
})

export const notAuthorised = apiError(401, { detailedmessage: "Bad auth.", error: "Incorrect permissions." })

/** A birth date that is none. */
export const improperBirthDate = apiError(400, { error: "Improper DOB." })

/** Required parameters are missing. */
export const missingFields = (fields: ReadonlyArray<string>): ErrorAnswer =>
  apiError(400, { missingfields: fields, error: "Additional fields are required." })

/** A parameter cannot be read; quotes it, as the vendor does. */
export const invalidValue = (expected: string, value: string): ErrorAnswer =>
  apiError(400, {
    detailedmessage: `Expecting ${expected}, but value is ${value}`,
    error: "The data provided is invalid."
  })

/** A search of patients that found more than a page may hold; two spaces after the full stop. */
export const tooManyMatches = apiError(400, {
  error:
    "The given search parameters would produce a total data set larger than 1000 records.  Please refine your search and try again."
})

/** Values of an enumeration are case-sensitive. */
export const unknownEnumValue = (name: string, value: string): ErrorAnswer =>
  apiError(400, {
    detailedmessage: `The value '${value}' did not match any of the enum values for ${name}`,
    error: "The data provided is invalid."
  })

/** A slot is booked for a reason or for a type. */
export const typeOrReasonNeeded = apiError(400, {
  detailedmessage: "An appointment type or reason must be provided.",
  error: "Additional fields are required."
})

/** Somebody was faster, or the slot was never open to the API. */
export const slotTaken = apiError(409, {
  detailedmessage:
    "The appointment ID is already booked or is not marked as being available to be scheduled via the API.",
  error: "That appointment time was already booked or not available for booking."
})

/** [assumed] shape of what else is refused about a write; `why` is ours. */
export const refusedWrite = (why: string): ErrorAnswer =>
  apiError(400, { detailedmessage: why, error: "The data provided is invalid." })

/** A feed without an active subscription, or whose subscription is not active yet. */
export const changedNeedsSetup = apiError(403, {
  error: "Changed messages require setup (subscription) that has not been done."
})

/** [assumed] text; the vendor answers with 404 or 400. */
export const unknownRecord = (
  status: 400 | 404,
  what: "patient" | "appointment" | "department" | "provider" | "claim" | "encounter"
): ErrorAnswer =>
  apiError(status, {
    detailedmessage: `The ${what} ID does not exist.`,
    error: status === 404 ? `The ${what} could not be found.` : "The data provided is invalid."
  })

/** Plain text that is labelled JSON. */
export const unroutedPath: ErrorAnswer = {
  status: 404,
  contentType: "application/json; charset=utf-8",
  body: "Service not registered with API gateway."
}

/** [assumed] */
export const methodNotAllowed = apiError(405, { error: "Method not allowed." })

/** Apigee's shape for everything it refuses itself. */
export const gatewayFault = (status: number, faultstring: string, errorcode: string): ErrorAnswer => ({
  status,
  body: JSON.stringify({ fault: { faultstring, detail: { errorcode } } })
})

export const tokenExpired = gatewayFault(401, "Access Token expired", "keymanagement.service.access_token_expired")

export const tokenUnknown = gatewayFault(401, "Invalid Access Token", "keymanagement.service.invalid_access_token")

export const scopeMissing = gatewayFault(
  403,
  "Required scope(s) : athena/service/Athenanet.MDP.*",
  "steps.oauth.v2.InsufficientScope"
)

/** No bearer token was sent at all. */
export const noBearer: ErrorAnswer = { status: 401, contentType: "text/xml", body: "<h1>Developer Inactive</h1>" }

/** A load balancer's page. */
export const htmlPage = (status: number, title: string): ErrorAnswer => ({
  status,
  contentType: "text/html",
  body: `<html>\r\n<head><title>${status} ${title}</title></head>\r\n<body>\r\n<center><h1>${status} ${title}</h1></center>\r\n</body>\r\n</html>\r\n`
})
