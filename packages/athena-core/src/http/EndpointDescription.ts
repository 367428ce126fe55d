import type { PhiFields } from "../phi/PhiClass.ts"

/**
 * How sure we are of the shape of an endpoint's answers. `recorded`: answers of the real service were read. `documented`:
 * the vendor's reference describes it, no answer was seen. `inferred`: by analogy with its neighbours.
 */
export type Evidence = "recorded" | "documented" | "inferred"

/**
 * One endpoint of athenahealth, described once: the client, the audit trail's coverage and the reference page come from
 * this.
 */
export interface EndpointDescription {
  /** Its name in spans, metrics and docs: `ListBookedAppointments`. */
  readonly name: string
  readonly verb: "GET" | "POST" | "PUT" | "DELETE"
  /** From the origin: `/v1/{practiceid}/appointments/booked`. */
  readonly path: string
  /** The vendor's reference page. */
  readonly vendorPage: string
  /** How sure the shape of its answers is. */
  readonly evidence: Evidence
  /** `safe`: may be repeated. `consumes`: a read that marks what it returns as read. `never`: a write. */
  readonly repeat: "safe" | "consumes" | "never"
  /** The fields of its records by how protected they are; `noPhi` when no patient is behind them. */
  readonly phi: PhiFields
  /** Parameters that the audit trail keeps: dates, departments, switches. No search term is ever one of them. */
  readonly auditedParameters: ReadonlyArray<string>
}

/** Verb and path template, as errors, spans and the audit trail name an endpoint. */
export const templateOf = (endpoint: EndpointDescription): string => `${endpoint.verb} ${endpoint.path}`
