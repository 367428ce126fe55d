/** A patient as the simulated practice knows them, free of any wire format. All people are invented. */
export interface Person {
  readonly id: number
  readonly firstName: string
  readonly lastName: string
  readonly middleName: string | undefined
  readonly preferredName: string | undefined
  /** Calendar day, see `calendar.ts`. */
  readonly birthDay: number
  readonly sex: "M" | "F" | undefined
  readonly status: PersonStatus
  /** Where they registered; either department can be missing. */
  readonly departmentId: string | undefined
  readonly primaryDepartmentId: string | undefined
  readonly primaryProviderId: string | undefined
  readonly registrationDay: number
  readonly address1: string | undefined
  readonly city: string | undefined
  readonly state: string | undefined
  readonly zip: string | undefined
  readonly homePhone: string | undefined
  readonly mobilePhone: string | undefined
  readonly email: string | undefined
  readonly contactName: string | undefined
  readonly contactPhone: string | undefined
  readonly notes: string | undefined
  /** The record that this one was merged into; its status is `deleted` then. */
  readonly mergedInto: number | undefined
  /** Ids merged into this record; shown only with `showpreviouspatientids`. */
  readonly previousIds: ReadonlyArray<number>
}

/** Deleted patients stay readable by id. */
export type PersonStatus = "active" | "inactive" | "prospective" | "deleted"
