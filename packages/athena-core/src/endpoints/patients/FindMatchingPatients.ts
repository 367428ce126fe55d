/**
 * The patients who are most likely the person described: how to find out whether somebody is registered already.
 *
 * Source: https://docs.athenahealth.com/api/api-ref/patient-search
 */
import { type Redacted, Result } from "effect"
import type { DepartmentId } from "../../ids/DepartmentId.ts"
import type { LocalDate } from "../../time/LocalDate.ts"
import { columnReader, required } from "../../wire/columns.ts"
import { decimalNumber } from "../../wire/decimalNumber.ts"
import { type ListQuery, patientDataList } from "../list.ts"
import type { RecordKind } from "../RecordKind.ts"
import { type Patient, patientKind } from "./Patient.ts"
import { criteriaParameters, type PatientCriteria } from "./PatientCriteria.ts"

/** A patient and how well they match: 23 when everything does. */
export interface PatientMatch extends Patient {
  readonly score: number
}

const readScore = columnReader({ score: required("score", decimalNumber) })

export const patientMatchKind: RecordKind<PatientMatch> = {
  ...patientKind,
  name: "patientmatch",
  phi: { ...patientKind.phi, linked: [...patientKind.phi.linked, "score"] },
  decode: (wire, raw) =>
    Result.flatMap(patientKind.decode(wire, raw), (patient) =>
      Result.map(readScore(wire), (score) => Object.assign(patient, score))
    )
}

/** The three that the vendor requires, and whatever else is known. */
export interface MatchingCriteria extends PatientCriteria {
  readonly firstName: string
  readonly lastName: string
  readonly birthDate: LocalDate
}

export interface MatchingPatientsQuery extends Omit<ListQuery, "limit"> {
  readonly criteria: Redacted.Redacted<MatchingCriteria>
  readonly departmentId?: DepartmentId
  /** Matches that score less are left out by the vendor. */
  readonly minScore?: number
  /** The five best that score 16 or more, instead of the one that the vendor is sure of. Default true. */
  readonly returnBestMatches?: boolean
}

/**
 * One answer, without paging; empty when nobody matches. Two people may score alike: compare before writing to either.
 *
 * Sure of the shape: it was recorded, with `score` as a number and as text.
 */
export const FindMatchingPatients = patientDataList({
  name: "FindMatchingPatients",
  verb: "GET",
  path: "/v1/{practiceid}/patients/enhancedbestmatch",
  vendorPage: "https://docs.athenahealth.com/api/api-ref/patient",
  evidence: "recorded",
  repeat: "safe",
  phi: patientMatchKind.phi,
  auditedParameters: ["departmentid", "minscore", "returnbestmatches"],
  recordsKey: undefined,
  paging: "whole",
  kind: patientMatchKind,
  parameters: (query: MatchingPatientsQuery) => ({
    ...criteriaParameters(query.criteria),
    returnbestmatches: String(query.returnBestMatches ?? true),
    ...(query.departmentId === undefined ? {} : { departmentid: query.departmentId }),
    ...(query.minScore === undefined ? {} : { minscore: String(query.minScore) })
  })
})
