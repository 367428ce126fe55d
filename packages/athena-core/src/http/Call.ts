import type { PracticeId } from "../ids/PracticeId.ts"
import type { EndpointDescription } from "./EndpointDescription.ts"

/** One call, ready to be sent. */
export interface Call {
  readonly endpoint: EndpointDescription
  readonly practiceId: PracticeId
  /** Values of the path's placeholders other than `{practiceid}`. */
  readonly path: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
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
