/** What a mutation made, or why it was refused. */
export type Applied =
  | { readonly appointmentId?: string; readonly patientId?: string; readonly providerId?: string }
  | string
