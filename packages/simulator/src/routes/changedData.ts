/** The changed feeds of patients, providers, claims and documents. */
import { claimRecord, isClaimed } from "../render/claim.ts"
import { labResultDocument, orderDocument, patientCaseDocument, prescriptionDocument } from "../render/document.ts"
import { patientRecord } from "../render/patient.ts"
import { providerRecord } from "../render/provider.ts"
import type { Appointment } from "../world/Appointment.ts"
import type { ChangeFeed } from "../world/ChangeFeed.ts"
import { changedFeed } from "./changedFeed.ts"
import { rowOf } from "./patientList.ts"
import type { RouteAnswer } from "./RouteAnswer.ts"
import type { RouteContext } from "./RouteContext.ts"

const isAmong = (wanted: ReadonlyArray<string>, value: string | number | undefined): boolean =>
  wanted.length === 0 || wanted.includes(String(value ?? ""))

/** Whole records; that a patient was deleted or merged shows in nothing but their status. */
export const changedPatients = (context: RouteContext): RouteAnswer => {
  const { practice, query } = context
  const departments = query.list("departmentid")
  const patients = query.list("patientid")
  const detail = {
    showPreviousIds: query.flag("showpreviouspatientids"),
    showLocalId: false,
    showInsurance: false,
    showCustomFields: false,
    departmentId: undefined
  }
  return changedFeed(context, {
    feed: practice.feeds.patients,
    recordsKey: "patients",
    parameters: ["departmentid", "patientid", "showpreviouspatientids", "ignorerestrictions"],
    find: (id) => practice.patients.get(id),
    matches: (person) => isAmong(departments, person.departmentId) && isAmong(patients, person.id),
    render: (person) => rowOf(context, patientRecord(practice, person, detail)),
    patientIdOf: (person) => String(person.id)
  })
}

/** Whole records, deleted ones too: that one is deleted shows in nothing. */
export const changedProviders = (context: RouteContext): RouteAnswer => {
  const { practice } = context
  return changedFeed(context, {
    feed: practice.feeds.providers,
    recordsKey: "providers",
    parameters: [],
    find: (id) => practice.providers.get(String(id)),
    matches: () => true,
    render: (provider) => rowOf(context, providerRecord(provider, practice.profile.olderSpelling)),
    patientIdOf: () => undefined
  })
}

interface DocumentFeed {
  readonly feed: ChangeFeed
  readonly recordsKey: string
  readonly render: (appointment: Appointment) => object
  readonly isThere: (appointment: Appointment) => boolean
}

/** What follows from an appointment is found by the appointment's id. */
const changedDocuments = (context: RouteContext, { feed, isThere, recordsKey, render }: DocumentFeed): RouteAnswer => {
  const departments = context.query.list("departmentid")
  const patients = [...context.query.list("patientid"), ...context.query.list("patientids")]
  return changedFeed(context, {
    feed,
    recordsKey,
    parameters: ["departmentid", "patientid", "patientids", "showportalonly"],
    find: (id) => {
      const appointment = context.practice.appointments.get(id)
      return appointment !== undefined && isThere(appointment) ? appointment : undefined
    },
    matches: (appointment) =>
      isAmong(departments, appointment.departmentId) && isAmong(patients, appointment.patientId),
    render: (appointment) => rowOf(context, render(appointment)),
    patientIdOf: (appointment) => (appointment.patientId === undefined ? undefined : String(appointment.patientId))
  })
}

const hasPatient = (appointment: Appointment) => appointment.patientId !== undefined

export const changedClaims = (context: RouteContext): RouteAnswer =>
  changedDocuments(context, {
    feed: context.practice.feeds.claims,
    recordsKey: "claims",
    render: claimRecord,
    isThere: isClaimed
  })

export const changedLabResults = (context: RouteContext): RouteAnswer =>
  changedDocuments(context, {
    feed: context.practice.feeds.labResults,
    recordsKey: "labresults",
    render: labResultDocument,
    isThere: hasPatient
  })

export const changedOrders = (context: RouteContext): RouteAnswer =>
  changedDocuments(context, {
    feed: context.practice.feeds.orders,
    recordsKey: "orders",
    render: orderDocument,
    isThere: hasPatient
  })

export const changedPrescriptions = (context: RouteContext): RouteAnswer =>
  changedDocuments(context, {
    feed: context.practice.feeds.prescriptions,
    recordsKey: "prescriptions",
    render: prescriptionDocument,
    isThere: hasPatient
  })

export const changedPatientCases = (context: RouteContext): RouteAnswer =>
  changedDocuments(context, {
    feed: context.practice.feeds.patientCases,
    recordsKey: "patientcases",
    render: patientCaseDocument,
    isThere: hasPatient
  })
