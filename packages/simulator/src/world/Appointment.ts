/**
 * An appointment or an open slot as the simulated practice knows it, free of any wire format. Values are
 * never changed in place: a change makes a new one, which is also what drops its rendered text.
 */
export interface Appointment {
  readonly id: number
  /** Calendar day at the department, see `calendar.ts`. */
  readonly day: number
  /** Minutes since midnight at the department. */
  readonly minutes: number
  readonly durationMinutes: number
  readonly status: AppointmentStatus
  readonly departmentId: string
  readonly providerId: string
  readonly typeId: string
  /** Absent on open slots. */
  readonly patientId: number | undefined
  /** The slot it was cut from; differs from `id` after splits. */
  readonly templateId: number
  /** Epoch milliseconds; absent on open slots. */
  readonly scheduledAt: number | undefined
  readonly scheduledBy: string
  /** Epoch milliseconds; absent on open slots. */
  readonly lastModifiedAt: number | undefined
  readonly cancelledAt?: number
  readonly cancelReasonId?: string
  /** The appointment that replaced this one. */
  readonly rescheduledTo?: number
  /** An open slot that nobody may book. */
  readonly isFrozen?: boolean
  /** Check-in has begun; the appointment stays booked. */
  readonly checkInStartedAt?: number
  readonly checkedInAt?: number
  readonly checkedOutAt?: number
  readonly confirmationId?: string
  readonly notes: ReadonlyArray<AppointmentNote>
}

/** `f` booked (also long after its date), `o` open slot, `x` cancelled, `2` checked in, `3` checked out, `4` charge entered. */
export type AppointmentStatus = "f" | "o" | "x" | "2" | "3" | "4"

/** Free text; anything can be in it. */
export interface AppointmentNote {
  readonly id: number
  readonly text: string
  /** Epoch milliseconds; absent on generated ones. */
  readonly createdAt?: number
  readonly isOnSchedule?: boolean
  /** Shown only to those who ask for deleted ones. */
  readonly isDeleted?: boolean
}
