import { DateTime, Effect, type Redacted, Stream } from "effect"
import type { AppointmentId } from "../../ids/AppointmentId.ts"
import { reveal } from "../../phi/reveal.ts"
import {
  cannotBeTold,
  didNotHappen,
  happened,
  type OutcomeUnknown,
  patientDataWrite,
  type WriteQuery
} from "../write.ts"
import { type AppointmentNote, appointmentNoteKind } from "./AppointmentNote.ts"
import { acknowledged } from "./acknowledged.ts"
import { ListAppointmentNotes } from "./ListAppointmentNotes.ts"
import { saysTheSame } from "./saysTheSame.ts"

export interface CreateAppointmentNoteQuery extends WriteQuery {
  readonly appointmentId: AppointmentId
  readonly text: Redacted.Redacted
  /** Shows it on the practice's home page. Default false. */
  readonly isOnSchedule?: boolean
}

/** How far the vendor's clock and ours may be apart. */
const clockSkewMillis = 120_000

/** Made since the write was asked for, or without a time. */
const mayBeIt = (note: AppointmentNote, unknown: OutcomeUnknown) =>
  note.createdAt === undefined ||
  DateTime.toEpochMillis(note.createdAt) >= DateTime.toEpochMillis(unknown.askedAt) - clockSkewMillis

/**
 * Adds a note to an appointment. The answer does not say its id. Sure of the shape: it was recorded.
 *
 * After a lost answer it happened if there is a note of this text from since then; an equal one that somebody else wrote
 * within the same two minutes is taken for it.
 */
export const CreateAppointmentNote = patientDataWrite(
  {
    name: "CreateAppointmentNote",
    verb: "POST",
    path: "/v1/{practiceid}/appointments/{appointmentid}/notes",
    vendorPage: "https://docs.athenahealth.com/api/api-ref/appointment-notes#Create-appointment-note",
    evidence: "recorded",
    repeat: "never",
    action: "C",
    phi: appointmentNoteKind.phi,
    auditedParameters: ["displayonschedule"],
    pathOf: (query: CreateAppointmentNoteQuery) => ({ appointmentid: query.appointmentId }),
    asked: (query) => ({ patientIds: [], appointmentIds: [query.appointmentId] }),
    form: (query) => ({
      notetext: reveal(query.text, "request"),
      ...(query.isOnSchedule === undefined ? {} : { displayonschedule: String(query.isOnSchedule) })
    }),
    readAnswer: acknowledged
  },
  (query, unknown) =>
    Effect.map(Stream.runCollect(ListAppointmentNotes.records(query)), (notes) => {
      const candidates = notes.filter((note) => mayBeIt(note, unknown))
      if (candidates.some((note) => saysTheSame(note, query.text))) return happened<void>(undefined)
      return candidates.length === 0 ? didNotHappen : cannotBeTold("a note of another text was added since")
    })
)
