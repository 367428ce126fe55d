/**
 * A searchset Bundle, as far as it is read here: its resources one by one, and the link to the next page.
 *
 * Source: https://hl7.org/fhir/R4/bundle.html
 */
import { Predicate, Result } from "effect"
import { type ReadBody, readJson } from "../../http/readBody.ts"
import { wholeNumber } from "../../wire/wholeNumber.ts"
import { unexpectedShape } from "../list.ts"
import { ReceivedRecords } from "../ReceivedRecords.ts"
import type { RecordKind, Subjects } from "../RecordKind.ts"

/** A page as it is read, with what the trail is told of it. */
export interface ReceivedBundle<A> {
  readonly received: ReceivedRecords<A>
  readonly subjects: Subjects
  readonly count: number
  readonly total: number | undefined
  /** As sent. It may repeat what was searched for. */
  readonly next: string | undefined
}

type Element = Readonly<Record<string, unknown>>

const elementsOf = (value: unknown): ReadonlyArray<Element> =>
  Array.isArray(value) ? value.filter((item): item is Element => Predicate.isObject(item)) : []

/** What the search found, without what came along: outcomes, and resources that the found ones refer to. */
const isFound = (entry: Element): boolean => {
  const { search, resource } = entry as { readonly search?: unknown; readonly resource?: unknown }
  const mode = Predicate.isObject(search) ? (search as Element)["mode"] : undefined
  const type = Predicate.isObject(resource) ? (resource as Element)["resourceType"] : undefined
  return mode !== "outcome" && mode !== "include" && type !== "OperationOutcome"
}

const nextOf = (bundle: Element): string | undefined => {
  const url = elementsOf(bundle["link"]).find((link) => link["relation"] === "next")?.["url"]
  return typeof url === "string" && url !== "" ? url : undefined
}

/**
 * Reads a Bundle of one kind of resource. Entries of another type do not fit, and are set aside. Who was asked for is told
 * of even if nothing was found.
 */
export const readBundle =
  <A>(kind: RecordKind<A>, asked: Subjects): ReadBody<ReceivedBundle<A>> =>
  (body) =>
    Result.flatMap(readJson(body), (json) => {
      if (!Predicate.isObject(json) || (json as Element)["resourceType"] !== "Bundle") return unexpectedShape
      const bundle = json as Element
      const entries = bundle["entry"]
      if (entries !== undefined && !Array.isArray(entries)) return unexpectedShape
      const received = new ReceivedRecords(kind)
      for (const entry of elementsOf(entries)) {
        if (isFound(entry)) received.add(entry["resource"], JSON.stringify(entry["resource"] ?? null))
      }
      const total = bundle["total"]
      return Result.succeed({
        received,
        subjects: {
          patientIds: [...new Set([...asked.patientIds, ...received.subjects.patientIds])],
          appointmentIds: [...new Set([...asked.appointmentIds, ...received.subjects.appointmentIds])]
        },
        count: received.count,
        total: typeof total === "number" ? wholeNumber.parse(total) : undefined,
        next: nextOf(bundle)
      })
    })
