/** Every endpoint of the catalogue by its description alone, and what its good records look like. */
import type { RecordShape } from "@athena-engine/testing/leaks/hostileAnswers"
import { DateTime, Effect, Redacted, Stream } from "effect"
import type { AuditTrail, AuditTrailUnavailable } from "../../src/audit/AuditTrail.ts"
import { catalogue } from "../../src/endpoints/catalogue.ts"
import type { NextPageRefused } from "../../src/endpoints/fhir/nextPage.ts"
import { within } from "../../src/endpoints/fhir/ResourceKind.ts"
import type { FhirPatientTerms } from "../../src/endpoints/fhir/SearchFhirPatients.ts"
import { patientDataSearch, type SearchDescription } from "../../src/endpoints/fhir/search.ts"
import { type ListDescription, listWithoutTrail, patientDataList } from "../../src/endpoints/list.ts"
import type { RecordKind } from "../../src/endpoints/RecordKind.ts"
import { patientDataRecord, type RecordDescription, type RecordMisfit } from "../../src/endpoints/record.ts"
import { didNotHappen, patientDataWrite, type WriteDescription } from "../../src/endpoints/write.ts"
import type { AthenaError } from "../../src/errors/AthenaError.ts"
import { Athena } from "../../src/http/Athena.ts"
import type { EndpointDescription } from "../../src/http/EndpointDescription.ts"
import { readJson } from "../../src/http/readBody.ts"
import { AppointmentId } from "../../src/ids/AppointmentId.ts"
import { AppointmentTypeId } from "../../src/ids/AppointmentTypeId.ts"
import { ClaimId } from "../../src/ids/ClaimId.ts"
import { ConfirmationStatusId } from "../../src/ids/ConfirmationStatusId.ts"
import { DepartmentId } from "../../src/ids/DepartmentId.ts"
import { EncounterId } from "../../src/ids/EncounterId.ts"
import { NoteId } from "../../src/ids/NoteId.ts"
import { PatientId } from "../../src/ids/PatientId.ts"
import { PracticeId } from "../../src/ids/PracticeId.ts"
import { ProviderId } from "../../src/ids/ProviderId.ts"
import { noPhi } from "../../src/phi/PhiClass.ts"
import { LocalDate } from "../../src/time/LocalDate.ts"

export const practiceId = PracticeId.make("195900")

const person = { firstName: "A", lastName: "B", birthDate: LocalDate.make("1990-01-02"), zip: "02139" }

/** Holds whatever any endpoint asks for; one that needs more adds it here. */
export const query = {
  practiceId,
  from: LocalDate.make("2019-06-03"),
  to: LocalDate.make("2019-06-07"),
  departmentId: DepartmentId.make("21"),
  departmentIds: [DepartmentId.make("1"), DepartmentId.make("21")],
  modifiedSince: DateTime.makeUnsafe("2019-06-01T10:00:00Z"),
  appointmentId: AppointmentId.make("31"),
  newAppointmentId: AppointmentId.make("32"),
  patientId: PatientId.make("7"),
  providerId: ProviderId.make("5"),
  for: { anyReason: true, appointmentTypeId: AppointmentTypeId.make("2") },
  noteId: NoteId.make("40341"),
  isFrozen: true,
  confirmationStatusId: ConfirmationStatusId.make("1"),
  id: { practiceId, kind: "E", localId: "7" },
  terms: Redacted.make<FhirPatientTerms>({ family: "A name" }),
  topic: "Patient.update",
  subscriptionId: "5b1c0f9e-6f7a-4c0e-9d56-0d3d7f6f1a11",
  text: Redacted.make("A note"),
  explanation: Redacted.make("An explanation"),
  claimId: ClaimId.make("301"),
  encounterId: EncounterId.make("35713"),
  criteria: Redacted.make(person),
  patient: Redacted.make(person),
  changes: Redacted.make({ email: "declined" })
}
type Query = typeof query

const isList = (described: EndpointDescription): described is ListDescription<Query, unknown> =>
  "recordsKey" in described
const isRecord = (described: EndpointDescription): described is RecordDescription<Query, unknown> =>
  "pathOf" in described && "kind" in described
const isSearch = (described: EndpointDescription): described is SearchDescription<Query, unknown> =>
  "resource" in described && !("kind" in described)
const isWrite = (described: EndpointDescription): described is WriteDescription<Query, unknown> => "form" in described

const clinical = (resourceType: string) => ({
  resourceType,
  id: `a-195900.${resourceType}-31`,
  status: "active",
  subject: { reference: "Patient/a-195900.E-7" }
})

const records: Readonly<Record<string, ReturnType<RecordShape["record"]>>> = {
  appointment: {
    appointmentid: "31",
    appointmentstatus: "f",
    date: "06/03/2019",
    starttime: "09:15",
    duration: 15,
    departmentid: "21",
    providerid: 5,
    patientid: "7",
    appointmenttypeid: "2",
    rescheduledappointmentid: "32",
    lastmodified: "05/30/2019 11:12:13",
    patient: "An embedded one"
  },
  patient: {
    patientid: "7",
    status: "active",
    departmentid: "1",
    dob: "01/02/1990",
    firstname: "A",
    sex: "F",
    email: "a"
  },
  department: { departmentid: "1", name: "A department", timezonename: "America/New_York" },
  provider: {
    providerid: "5",
    displayname: "A provider",
    firstname: "A",
    lastname: "B",
    entitytype: "Person",
    npi: "1"
  },
  openslot: {
    appointmentid: 31,
    departmentid: 21,
    providerid: 5,
    localproviderid: 5,
    date: "06/03/2019",
    starttime: "09:15",
    duration: 15,
    appointmenttypeid: 2,
    patientappointmenttypename: "Office Visit",
    reasonid: ["563"]
  },
  appointmenttype: {
    appointmenttypeid: 2,
    name: "A type",
    shortname: "A",
    duration: 15,
    generic: false,
    patient: true
  },
  patientappointmentreason: {
    reasonid: 563,
    reason: "Follow Up",
    description: "A reason",
    reasontype: "existing",
    schedulingminhours: "48",
    schedulingmaxdays: "90"
  },
  cancelreason: { reasonid: "-5", name: "A reason", noshow: false, slotavailable: "true" },
  appointmentnote: { noteid: "40341", notetext: "A note", created: "05/30/2019 11:12:13", createdby: "API-2834" },
  patientmatch: { patientid: "7", status: "active", dob: "01/02/1990", firstname: "A", score: "23" },
  insurance: {
    insuranceid: "262",
    insurancepackageid: 9037,
    sequencenumber: 1,
    eligibilitystatus: "Eligible",
    issuedate: "03/01/2018",
    insuranceplanname: "A plan",
    insurancepolicyholder: "A B"
  },
  claim: {
    claimid: "301",
    patientid: 7,
    departmentid: 1,
    billedproviderid: 27,
    claimcreateddate: "06/22/2016",
    billedservicedate: "06/22/2016"
  },
  problem: {
    problemid: 65273,
    name: "A problem",
    code: "62479008",
    lastmodifieddatetime: "2018-05-30T15:00:13-04:00"
  },
  medication: {
    medicationentryid: "H40606",
    medication: "A drug",
    medicationid: 234323,
    status: "REVIEW",
    lastmodifieddate: "01/07/2019"
  },
  allergy: {
    allergenid: 24329,
    allergenname: "An allergen",
    onsetdate: "11/12/2018",
    lastmodifieddatetime: "2018-11-12T13:34:41-05:00"
  },
  vaccine: { vaccineid: "H7", status: "ADMINISTERED", description: "A vaccine" },
  vital: { abbreviation: "BP", ordering: 0 },
  encounter: {
    encounterid: 35713,
    encountertype: "VISIT",
    status: "OPEN",
    appointmentid: 1027094,
    appointmentstartdate: "2018-11-26T09:30:00-05:00",
    departmentid: 1,
    providerid: 71,
    encounterdate: "11/26/2018",
    encountervisitname: "A visit"
  },
  labresult: { labresultid: 145120, resultstatus: "final", labresultdate: "07/08/2018", description: "A result" },
  changedlabresult: {
    labresultid: 1083590,
    patientid: 7,
    departmentid: "5",
    providerid: 400,
    encounterid: "226419",
    status: "CLOSED",
    internalnote: "A note",
    lastmodifieddatetime: "2023-08-10T14:53:55-04:00"
  },
  order: { documentid: 1, patientid: 7, departmentid: 1, encounterid: 1, status: "REVIEW", description: "An order" },
  prescription: {
    documentid: 1,
    patientid: 7,
    departmentid: 1,
    encounterid: 1,
    status: "NOTIFY",
    description: "A drug"
  },
  patientcase: {
    patientcaseid: "131294",
    patientid: 7,
    status: "REVIEW",
    createddate: "12/22/2016",
    subject: "A subject",
    description: "A case"
  },
  practiceinfo: { practiceid: "195900", name: "A practice" },
  Patient: {
    resourceType: "Patient",
    id: "a-195900.E-7",
    active: true,
    name: [{ family: "A", given: ["B"] }],
    gender: "female",
    birthDate: "1990-01-02"
  },
  Appointment: { resourceType: "Appointment", id: "a-195900.Appointment-31", status: "booked" },
  Condition: clinical("Condition"),
  Encounter: { ...clinical("Encounter"), period: { start: "2019-06-03T09:15:00Z" } },
  MedicationRequest: clinical("MedicationRequest"),
  Immunization: { ...clinical("Immunization"), patient: { reference: "Patient/a-195900.E-7" } },
  Practitioner: {
    resourceType: "Practitioner",
    id: "a-195900.Provider-5",
    active: true,
    name: [{ family: "A", given: ["B"] }]
  },
  Organization: {
    resourceType: "Organization",
    id: "a-195900.Department-21",
    name: "A department",
    partOf: { reference: "Organization/a-1.Practice-195900" }
  },
  SubscriptionTopic: { resourceType: "SubscriptionTopic", id: "Patient.update", status: "active" },
  Subscription: { resourceType: "Subscription", id: "5b1c0f9e-6f7a-4c0e-9d56-0d3d7f6f1a11", status: "active" }
}

const shapeOf = (kind: RecordKind<unknown>): RecordShape => {
  const record = records[kind.name] ?? { [kind.idKey]: "7" }
  const keys = Object.keys(record)
  const hasNoPatient = kind.phi.none.includes("*")
  const isPlain = (key: string) => hasNoPatient || kind.phi.none.includes(key) || kind.phi.linked.includes(key)
  const plain = new Set([...keys.filter(isPlain), ...(hasNoPatient ? ["*"] : [])])
  return { record: () => record, plain, ids: new Set(keys.filter((key) => key.endsWith("id"))) }
}

type AskError = AthenaError | AuditTrailUnavailable | NextPageRefused | RecordMisfit

export interface Reachable {
  readonly name: string
  readonly recordsKey: string | undefined
  readonly shape: RecordShape
  /** Asks for everything that it has. */
  readonly ask: Effect.Effect<unknown, AskError, Athena | AuditTrail>
}

const first = <A, E, R>(stream: Stream.Stream<A, E, R>, howMany: number) =>
  Stream.runCollect(Stream.take(stream, howMany))

const asking = (described: EndpointDescription): Effect.Effect<unknown, AskError, Athena | AuditTrail> => {
  if (isList(described)) {
    const list = described.phi === noPhi ? listWithoutTrail(described) : patientDataList(described)
    return Effect.zip(first(list.pages(query), 5), first(list.records(query), 20))
  }
  if (isSearch(described)) {
    const search = patientDataSearch(described)
    return Effect.zip(first(search.pages(query), 5), first(search.records(query), 20))
  }
  if (isRecord(described)) return patientDataRecord(described).read(query)
  if (isWrite(described)) return patientDataWrite(described, () => Effect.succeed(didNotHappen)).settle(query)
  const call = { endpoint: described, practiceId, path: {}, query: {} }
  return Athena.use((athena) => Effect.asVoid(athena.exchange(call, readJson)))
}

/** The whole catalogue: an endpoint that is added to it is asked for as its neighbours are. */
export const everyEndpoint: ReadonlyArray<Reachable> = catalogue.map((described) => ({
  name: described.name,
  recordsKey: isList(described) ? described.recordsKey : isSearch(described) ? "entry" : undefined,
  shape:
    isList(described) || isRecord(described)
      ? shapeOf(described.kind)
      : isSearch(described)
        ? shapeOf(within(described.resource, undefined))
        : { record: () => ({}), plain: new Set<string>(), ids: new Set<string>() },
  ask: asking(described)
}))
