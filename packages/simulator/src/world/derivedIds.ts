/** Ids of what a visit leaves behind. They follow from the appointment's, so that nothing has to be kept to find it again. */

const claimShift = 4_400_000
const encounterShift = 4_380_000

export const claimIdOf = (appointmentId: number): number => appointmentId - claimShift
export const appointmentIdOfClaim = (claimId: number): number => claimId + claimShift

export const encounterIdOf = (appointmentId: number): number => appointmentId - encounterShift
export const appointmentIdOfEncounter = (encounterId: number): number => encounterId + encounterShift

const documentKinds = { labResult: 1, order: 2, prescription: 3, patientCase: 4, imagingResult: 5 } as const

/** The id of a visit's document. */
export const documentIdOf = (appointmentId: number, kind: keyof typeof documentKinds): number =>
  claimIdOf(appointmentId) * 10 + documentKinds[kind]
