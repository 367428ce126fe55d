import { catalogue } from "@athena-engine/athena-core/endpoints/catalogue"
import type { EndpointDescription } from "@athena-engine/athena-core/http/EndpointDescription"

/** Segments of a template; `{…}` stands for any. */
const fits = (template: ReadonlyArray<string>, path: ReadonlyArray<string>) =>
  template.length === path.length && template.every((part, at) => part.startsWith("{") || part === path[at])

const placeholders = (template: ReadonlyArray<string>) => template.filter((part) => part.startsWith("{")).length

const templates = catalogue
  .map((endpoint) => ({ endpoint, parts: endpoint.path.split("/") }))
  // `…/appointments/booked` is none of `…/appointments/{appointmentid}`.
  .sort((a, b) => placeholders(a.parts) - placeholders(b.parts))

/** The described endpoint of a request, if it is one. */
export const endpointOf = (verb: string, path: string): EndpointDescription | undefined => {
  const parts = path.split("/")
  return templates.find(({ endpoint, parts: template }) => endpoint.verb === verb && fits(template, parts))?.endpoint
}
