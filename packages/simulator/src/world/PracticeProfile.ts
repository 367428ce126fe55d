/**
 * What is fixed about a simulated practice: its departments, providers, appointment types. Ids repeat from
 * practice to practice on purpose, since they are local to one.
 */

export interface Department {
  readonly id: string
  readonly name: string
  readonly patientName: string
  /** `""` when the vendor has none. */
  readonly city: string
  readonly state: string
  readonly zip: string
  readonly timeZone: "US/Eastern" | "America/Los_Angeles"
  readonly providerGroupId: string
  readonly chartSharingGroupId: string
  /** Left out of `/departments` unless `showalldepartments` is sent. Appointments refer to it all the same. */
  readonly hidden: boolean
}

export interface Provider {
  readonly id: string
  readonly firstName: string
  /** Can be missing. */
  readonly lastName: string | undefined
  readonly entityType: "Person" | "Non-Person"
  readonly providerType: string
  readonly specialty: string
  readonly specialtyId: string
  readonly npi: number | undefined
}

export interface AppointmentType {
  readonly id: string
  readonly name: string
  readonly shortName: string
  readonly patientName: string
  readonly durationMinutes: number
  readonly generic: boolean
  readonly forPatients: boolean
}

/** A reason that patients may book an appointment for. */
export interface AppointmentReason {
  readonly id: string
  readonly name: string
  readonly patients: "new" | "existing" | "all"
  /** The appointment types whose slots it can be booked into; generic ones always. The first is what it books. */
  readonly typeIds: ReadonlyArray<string>
  readonly minimumHours: number
  readonly maximumDays: number
}

export interface CancelReason {
  /** Negative ids exist. */
  readonly id: string
  readonly name: string
  readonly noShow: boolean
  readonly slotAvailable: boolean
}

export interface PracticeProfile {
  readonly id: string
  readonly name: string
  readonly goLiveDate: string
  /** Provider groups with their own copies of a patient: the right one is had with `departmentid`. */
  readonly enterprise: boolean
  /** Writes numbers and booleans as strings throughout, as recordings of older years do. */
  readonly olderSpelling: boolean
  readonly departments: ReadonlyArray<Department>
  readonly providers: ReadonlyArray<Provider>
  readonly appointmentTypes: ReadonlyArray<AppointmentType>
}
