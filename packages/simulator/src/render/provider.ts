/** Provider records (dossier F.5): `providerid` is a number here, text in appointments. */
import type { Provider } from "../world/PracticeProfile.ts"
import { drifting } from "./json.ts"

/** The record, ready for `vendorJson`. */
export const providerRecord = (p: Provider, older: boolean): object => ({
  providerid: older ? p.id : Number(p.id),
  firstname: p.firstName,
  lastname: p.lastName,
  displayname: p.lastName === undefined ? undefined : `${p.firstName} ${p.lastName}, ${p.providerType}`,
  schedulingname: `${(p.lastName ?? p.firstName).toUpperCase()}_${p.firstName.slice(0, 1)}`,
  entitytype: p.entityType,
  providertype: p.providerType,
  providertypeid: p.providerType,
  specialty: p.specialty,
  // A leading zero survives only as text.
  specialtyid: p.specialtyId.startsWith("0") ? p.specialtyId : Number(p.specialtyId),
  npi: p.npi,
  sex: "",
  billable: drifting(p.entityType === "Person", older),
  hideinportal: drifting(false, older),
  acceptingnewpatients: true,
  createencounteroncheckin: drifting(true, older),
  otherprovideridlist: p.id === "27" ? [28, 29] : undefined
})
