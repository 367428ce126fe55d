import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import {
  fhirPatientId,
  parseFhirId,
  parseFhirReference,
  parseProprietaryId,
  patientIdIn,
  practiceReference,
  printFhirId
} from "../../src/ids/FhirId.ts"
import { PatientId } from "../../src/ids/PatientId.ts"
import { PracticeId } from "../../src/ids/PracticeId.ts"

const practiceId = PracticeId.make("195900")
const other = PracticeId.make("195901")

describe("a logical id", () => {
  it.each([
    ["a-195900.E-60178", { practiceId, kind: "E", localId: "60178" }],
    ["a-195900.Department-150", { practiceId, kind: "Department", localId: "150" }],
    ["a-195900.CSG-42", { practiceId, kind: "CSG", localId: "42" }],
    ["a-195900.encounter-35840", { practiceId, kind: "encounter", localId: "35840" }],
    ["a-195900.E-H228145", { practiceId, kind: "E", localId: "H228145" }],
    ["a-195900.E--5", { practiceId, kind: "E", localId: "-5" }]
  ])("%s names its practice and the record's own id", (text, id) => {
    assert.deepStrictEqual(parseFhirId(text), id)
    assert.strictEqual(printFhirId(id), text)
  })

  it("of a practice has the pseudo-practice 1 before it", () => {
    const id = { practiceId, kind: "Practice", localId: "195900" }
    assert.deepStrictEqual(parseFhirId("a-1.Practice-195900"), id)
    assert.strictEqual(printFhirId(id), "a-1.Practice-195900")
    assert.isUndefined(parseFhirId("a-195900.Practice-195900"))
    assert.isUndefined(parseFhirId("a-1.Practice-x1"))
    assert.strictEqual(practiceReference(practiceId), "Organization/a-1.Practice-195900")
  })

  it.each([
    "",
    "60178",
    "a-.E-1",
    "a-195900.E-",
    "b-195900.E-1",
    "a-195900.E-Smith",
    "a-195900.E-1/../2",
    "a-195900.E-1 2",
    "a-195900.E-078-05-1120",
    "a-1234567890123.E-1"
  ])("%j is none", (text) => {
    assert.isUndefined(parseFhirId(text))
  })

  it.prop(
    "of any patient is read back as it was written",
    [
      Schema.String.check(Schema.isPattern(/^[0-9]{1,12}$/)),
      Schema.String.check(Schema.isPattern(/^[A-Z]?[0-9]{1,12}$/))
    ],
    ([practice, patient]) => {
      const text = fhirPatientId(PracticeId.make(practice), PatientId.make(patient))
      assert.strictEqual(patientIdIn(text, PracticeId.make(practice)), patient)
      assert.strictEqual(patientIdIn(`Patient/${text}`, PracticeId.make(practice)), patient)
    }
  )
})

describe("a reference", () => {
  const id = { practiceId, kind: "E", localId: "1" }

  it.each([
    ["Patient/a-195900.E-1", "Patient"],
    ["https://api.platform.athenahealth.com/fhir/r4/Patient/a-195900.E-1", "Patient"],
    ["Patient/a-195900.E-1/_history/3", "Patient"],
    ["a-195900.E-1", undefined]
  ])("%s says what it refers to", (text, resourceType) => {
    assert.deepStrictEqual(parseFhirReference(text), { resourceType, id })
  })

  it.each(["Patient/1", "#contained", "urn:uuid:5a3", "patient names/a-195900.E-1", "Patient/a-195900.E-1?x=1"])(
    "%s is none",
    (text) => {
      assert.isUndefined(parseFhirReference(text))
    }
  )

  it("to a patient of another practice, or to something else, names no patient", () => {
    assert.strictEqual(patientIdIn("Patient/a-195900.E-1", practiceId), "1")
    assert.isUndefined(patientIdIn("Patient/a-195900.E-1", other))
    assert.isUndefined(patientIdIn("Organization/a-195900.Department-1", practiceId))
  })
})

describe("an identifier of a notification", () => {
  it.each([
    ["urn:athenahealth:athenanet:appointment:195900", "2", { practiceId, entity: "appointment", localId: "2" }],
    ["urn:athenahealth:athenanet:api:appointments:195900", " 2 ", { practiceId, entity: "appointment", localId: "2" }],
    ["urn:athenahealth:athenanet:LabResult:195900", "7", { practiceId, entity: "labresult", localId: "7" }]
  ])("%s names a record of /v1", (system, value, id) => {
    assert.deepStrictEqual(parseProprietaryId(system, value), id)
  })

  it.each([
    ["urn:athenahealth:athenanet:appointment", "2"],
    ["urn:athenahealth:athenanet:appointment:x", "2"],
    ["http://hl7.org/fhir/sid/us-ssn", "078051120"],
    ["urn:athenahealth:athenanet:appointment:195900", "a name"],
    ["urn:athenahealth:athenanet:appointment:195900", ""]
  ])("%s with %j is none", (system, value) => {
    assert.isUndefined(parseProprietaryId(system, value))
  })
})
