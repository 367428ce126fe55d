/** Claims as recordings show them: one for each appointment that was checked out, types mixed within one record. */
import type { Appointment } from "../world/Appointment.ts"
import { usDate } from "../world/calendar.ts"
import { claimIdOf } from "../world/derivedIds.ts"
import { draw, pick } from "../world/random.ts"

/** An appointment that a claim was made of: somebody was seen. */
export const isClaimed = (appointment: Appointment): boolean =>
  appointment.patientId !== undefined && (appointment.status === "3" || appointment.status === "4")

/** A claim is made on the day after the visit. */
export const claimedOn = (appointment: Appointment): number => appointment.day + 1

const procedures = [
  { code: "99202", text: "INITIAL OFFICE VISIT LIMITED" },
  { code: "99213", text: "OFFICE VISIT, EST" }
]

/** The record, ready for `vendorJson`. */
export const claimRecord = (appointment: Appointment): object => {
  const bits = draw(92, appointment.id)
  const procedure = pick(procedures, bits)
  const amount = String(90 + (bits % 150))
  const transaction = String(17_000 + (appointment.id % 1000))
  return {
    claimid: String(claimIdOf(appointment.id)),
    patientid: appointment.patientId,
    departmentid: Number(appointment.departmentId),
    billedproviderid: Number(appointment.providerId),
    appointmentid: appointment.id,
    claimcreateddate: usDate(claimedOn(appointment)),
    billedservicedate: usDate(appointment.day),
    procedures: [
      {
        chargeamount: amount,
        proceduredescription: procedure.text,
        transactionid: transaction,
        procedurecode: procedure.code
      }
    ],
    transactiondetails: { [transaction]: amount },
    diagnoses: [
      {
        diagnosisid: String(16_000 + (bits % 1000)),
        diagnosisrawcode: "Z00.00",
        diagnosiscodeset: "ICD10",
        diagnosisdescription: "General adult examination",
        deleteddiagnosis: "false"
      }
    ],
    patientpayer: { status: bits % 3 === 0 ? "ATHENAHOLD" : "CLOSED" },
    primaryinsurancepayer: { primarypatientinsuranceid: (appointment.patientId ?? 0) * 7, status: "CLOSED" },
    secondaryinsurancepayer: { secondarypatientinsuranceid: 0, status: "CLOSED" },
    customfields: []
  }
}
