/**
 * Writes `docs/phi.md` from the endpoint descriptions. A test fails when the page is not what the descriptions say.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { catalogue } from "../src/endpoints/catalogue.ts"
import { type EndpointDescription, templateOf } from "../src/http/EndpointDescription.ts"
import { neverStored } from "../src/phi/neverStored.ts"
import type { PhiFields } from "../src/phi/PhiClass.ts"

const page = new URL("../../../docs/phi.md", import.meta.url)
const begin = "<!-- from the endpoint descriptions: begin -->"
const end = "<!-- from the endpoint descriptions: end -->"

const isWithoutPatients = (phi: PhiFields) => phi.identifying.length === 0 && phi.linked.length === 0

const code = (names: ReadonlyArray<string>) =>
  names.map((name) => (name === "*" ? "everything else" : `\`${name}\``)).join(", ")

const row = (endpoint: EndpointDescription) =>
  isWithoutPatients(endpoint.phi)
    ? `| \`${templateOf(endpoint)}\` | no | – | – | everything |`
    : `| \`${templateOf(endpoint)}\` | yes | ${code(withRest(endpoint.phi.identifying))} | ${code(endpoint.phi.linked)} | ${code(endpoint.phi.none)} |`

/** A field that no class lists is treated as identifying. */
const withRest = (names: ReadonlyArray<string>) => (names.includes("*") ? names : [...names, "*"])

const tables = [
  "| endpoint | audited | identifying and free text | linked | none |",
  "| --- | --- | --- | --- | --- |",
  ...catalogue.map(row),
  "",
  `Never stored, at any depth of a record: ${code([...neverStored])}, and every name that ends in \`ssn\` or begins with \`driverslicense\`.`
].join("\n")

/** The page with its tables as the descriptions say. */
export const render = (): string => {
  const text = readFileSync(page, "utf8")
  const from = text.indexOf(begin) + begin.length
  return `${text.slice(0, from)}\n${tables}\n${text.slice(text.indexOf(end))}`
}

if (import.meta.main) writeFileSync(page, render())
