import type { AppointmentId } from "../../ids/AppointmentId.ts"
import { type ListQuery, patientDataList } from "../list.ts"
import { appointmentNoteKind } from "./AppointmentNote.ts"

export interface AppointmentNotesQuery extends ListQuery {
  readonly appointmentId: AppointmentId
  /** Deleted ones as well. Default false. */
  readonly showDeleted?: boolean
}

/** The notes of one appointment, all at once. */
export const ListAppointmentNotes = patientDataList({
  name: "ListAppointmentNotes",
  verb: "GET",
  path: "/v1/{practiceid}/appointments/{appointmentid}/notes",
  vendorPage: "https://docs.athenahealth.com/api/api-ref/appointment-notes#Get-list-of-appointment-notes",
  evidence: "recorded",
  repeat: "safe",
  phi: appointmentNoteKind.phi,
  auditedParameters: ["showdeleted"],
  recordsKey: "notes",
  paging: "whole",
  kind: appointmentNoteKind,
  pathOf: (query: AppointmentNotesQuery) => ({ appointmentid: query.appointmentId }),
  asked: (query) => ({ patientIds: [], appointmentIds: [query.appointmentId] }),
  parameters: (query) => ({ showdeleted: String(query.showDeleted ?? false) })
})
