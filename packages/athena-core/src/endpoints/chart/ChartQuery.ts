/**
 * What every read of a patient's chart is asked with. The trail names the patient of the path, also when nothing is
 * found: that a list is empty says something about them as well.
 */
import type { DepartmentId } from "../../ids/DepartmentId.ts"
import type { PatientId } from "../../ids/PatientId.ts"
import type { ListQuery } from "../list.ts"
import type { Subjects } from "../RecordKind.ts"

export interface ChartQuery extends ListQuery {
  readonly patientId: PatientId
  /**
   * Decides which chart is read: departments in one chart-sharing group see the same. A wrong one gives another chart, or
   * an empty one, and no error.
   */
  readonly departmentId: DepartmentId
}

export const chartPath = (query: ChartQuery): Record<string, string> => ({ patientid: query.patientId })
export const chartSubjects = (query: ChartQuery): Subjects => ({ patientIds: [query.patientId], appointmentIds: [] })
export const chartParameters = (query: ChartQuery): Record<string, string> => ({ departmentid: query.departmentId })
