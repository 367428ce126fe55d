/**
 * The parts that resources of FHIR R4 are made of, as far as they are read here: what every resource has, references,
 * periods, names and contact points. Everything else stays in the resource's `raw`.
 *
 * Source: https://hl7.org/fhir/R4/datatypes.html
 */
import { type DateTime, Effect, Predicate, Schema, SchemaGetter, SchemaIssue } from "effect"
import { type FhirId, parseFhirId, patientIdIn, printFhirId } from "../../ids/FhirId.ts"
import type { PatientId } from "../../ids/PatientId.ts"
import type { PracticeId } from "../../ids/PracticeId.ts"
import { isoStamp } from "../../time/isoStamp.ts"

/** The logical id of a resource, taken apart. What is no logical id is not quoted. */
export const LogicalId: Schema.Codec<FhirId, string> = Schema.String.pipe(
  Schema.decodeTo(
    Schema.declare((input: unknown): input is FhirId => Predicate.isObject(input), { identifier: "FhirId" }),
    {
      decode: SchemaGetter.transformEffect((text: string) => {
        const id = parseFhirId(text)
        return id === undefined
          ? Effect.fail(new SchemaIssue.InvalidValue({ message: "expected a logical id such as a-195900.E-1" }))
          : Effect.succeed(id)
      }),
      encode: SchemaGetter.transform(printFhirId)
    }
  )
)

/**
 * An instant: a day, a time and an offset. FHIR's `dateTime` may lack some of them, and a day is not midnight in London, so
 * such a value does not fit where an instant is said.
 */
export const Instant: Schema.Codec<DateTime.Utc, string> = Schema.String.check(
  Schema.makeFilter((text: string) => isoStamp.parse(text) !== undefined || isoStamp.expected)
).pipe(Schema.decodeTo(Schema.DateTimeUtcFromString))

/** What every resource has. */
export const resourceFields = <const Type extends string>(resourceType: Type) => ({
  resourceType: Schema.Literal(resourceType),
  id: LogicalId,
  meta: Schema.optionalKey(Schema.Struct({ lastUpdated: Schema.optionalKey(Instant) }))
})

/** A link to another resource. */
export const Reference = Schema.Struct({ reference: Schema.optionalKey(Schema.String) })

/** Its ends may be mere days; `instantIn` reads those that are more. */
export const Period = Schema.Struct({
  start: Schema.optionalKey(Schema.String),
  end: Schema.optionalKey(Schema.String)
})

/** The instant in a `dateTime`, if it says one. */
export const instantIn = (dateTime: string | undefined): DateTime.Utc | undefined =>
  dateTime === undefined ? undefined : isoStamp.parse(dateTime)

export const HumanName = Schema.Struct({
  /** `official`, `usual`, `old` … */
  use: Schema.optionalKey(Schema.String),
  family: Schema.optionalKey(Schema.String),
  given: Schema.optionalKey(Schema.Array(Schema.String))
})

export const ContactPoint = Schema.Struct({
  /** `phone`, `email`, `fax` … */
  system: Schema.optionalKey(Schema.String),
  value: Schema.optionalKey(Schema.String),
  /** `home`, `work`, `mobile` … */
  use: Schema.optionalKey(Schema.String)
})

/** The patient whom `element`, a reference of a resource as sent, names; read leniently, for the trail. */
export const patientOf = (element: unknown, practiceId: PracticeId): PatientId | undefined => {
  if (!Predicate.isObject(element)) return undefined
  const { reference } = element as { readonly reference?: unknown }
  return typeof reference === "string" ? patientIdIn(reference, practiceId) : undefined
}
