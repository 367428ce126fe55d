/**
 * Writes `docs/endpoints.md` from the endpoint descriptions. A test fails when the page is not what the descriptions say.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { catalogue } from "../src/endpoints/catalogue.ts"
import type { EndpointDescription } from "../src/http/EndpointDescription.ts"

const page = new URL("../../../docs/endpoints.md", import.meta.url)
const begin = "<!-- from the endpoint descriptions: begin -->"
const end = "<!-- from the endpoint descriptions: end -->"

const isWithoutPatients = ({ phi }: EndpointDescription) => phi.identifying.length === 0 && phi.linked.length === 0

/** How an answer is read, by what its description has: the helpers that read lists, records and searches ask for these. */
const pagingOf = (endpoint: EndpointDescription): string => {
  if (endpoint.repeat === "consumes") return "feed"
  if ("recordsKey" in endpoint) return "paging" in endpoint && endpoint.paging === "whole" ? "whole" : "pages"
  if ("kind" in endpoint) return "one"
  return "resource" in endpoint ? "links" : "none"
}

const row = (endpoint: EndpointDescription) =>
  `| ${endpoint.name} | ${endpoint.verb} | \`${endpoint.path}\` | ${isWithoutPatients(endpoint) ? "no" : "yes"} ` +
  `| ${pagingOf(endpoint)} | ${endpoint.repeat} | ${endpoint.evidence} | [page](${endpoint.vendorPage}) |`

/** The first word of a path behind the practice: what an endpoint is about. */
const subjectOf = ({ path }: EndpointDescription): string =>
  path.startsWith("/fhir/") ? "FHIR R4" : (path.split("/")[3] ?? "")

const subjects = [...new Set(catalogue.map(subjectOf))]

const tables = [
  `${catalogue.length} endpoints.`,
  ...subjects.flatMap((subject) => [
    "",
    `### ${subject}`,
    "",
    "| name | verb | path | PHI | paging | repeat | shape | vendor |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ...catalogue.filter((endpoint) => subjectOf(endpoint) === subject).map(row)
  ])
].join("\n")

/** The page with its tables as the descriptions say. */
export const render = (): string => {
  const text = readFileSync(page, "utf8")
  const from = text.indexOf(begin) + begin.length
  return `${text.slice(0, from)}\n${tables}\n${text.slice(text.indexOf(end))}`
}

if (import.meta.main) writeFileSync(page, render())
