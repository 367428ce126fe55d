import type { EndpointDescription } from "@athena-engine/athena-core/http/EndpointDescription"
import { otherFhirId } from "./fhirId.ts"
import { letterless } from "./letterless.ts"
import type { Pseudonyms } from "./Pseudonyms.ts"

/** `/v1/{practiceid}/patients`, `/fhir/r4/Patient`: what is no id where nothing is known of the path. */
const isFixedPart = (parts: ReadonlyArray<string>, at: number): boolean => {
  const part = parts[at] ?? ""
  const isFhir = parts[1] === "fhir"
  if (at <= 2) return isFhir || at < 2 || /^\d+$/.test(part)
  return isFhir && at === 3 ? /^[A-Z][A-Za-z]{2,40}$/.test(part) : /^\$?[a-z]+$/.test(part)
}

/**
 * The path with other ids in the places of its ids, as answers have them too. Of a path that no endpoint describes only words
 * in small letters stay.
 */
export const scrubbedPath = (
  endpoint: EndpointDescription | undefined,
  path: string,
  pseudonyms: Pseudonyms
): string => {
  const template = endpoint?.path.split("/")
  const parts = path.split("/")
  return parts
    .map((part, at) => {
      const isKept =
        template === undefined ? isFixedPart(parts, at) : template[at] === part || template[at] === "{practiceid}"
      return isKept ? part : (otherFhirId(part, pseudonyms) ?? pseudonyms.id(letterless(part)))
    })
    .join("/")
}
