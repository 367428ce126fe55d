import type { Redacted } from "effect"
import type { PracticeId } from "../ids/PracticeId.ts"
import type { EndpointDescription } from "./EndpointDescription.ts"

/** One call, ready to be sent. */
export interface Call {
  readonly endpoint: EndpointDescription
  readonly practiceId: PracticeId
  /** Values of the path's placeholders other than `{practiceid}`. */
  readonly path: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  /** The fields of a form-encoded body, which is how `/v1` takes what is written; JSON it does not take. */
  readonly form?: Readonly<Record<string, string>>
  /** A JSON document as body, which is how FHIR takes what is written. */
  readonly json?: unknown
  /** A query string that is sent as it is, in the place of `query`: the link to a next page holds one. */
  readonly search?: string
  /** Headers beside the usual ones. */
  readonly headers?: Readonly<Record<string, Redacted.Redacted>>
}

/** The names of path values that would lead elsewhere: nothing, or dots, which every URL parser resolves. */
export const unsafePathValues = (call: Call): ReadonlyArray<string> =>
  Object.entries(call.path).flatMap(([name, value]) => (/^\.*$/.test(value) ? [name] : []))

/** Where the call goes. It names patients: for the wire only. */
export const urlOf = (origin: string, call: Call): string =>
  origin +
  call.endpoint.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(name === "practiceid" ? call.practiceId : (call.path[name] ?? ""))
  )
