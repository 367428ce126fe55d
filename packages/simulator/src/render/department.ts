/** Department records (dossier F.4). */
import type { Department } from "../world/PracticeProfile.ts"
import { drifting } from "./json.ts"

/** The record, ready for `vendorJson`. `summer` says whether the offset now in force is daylight time. */
export const departmentRecord = (d: Department, older: boolean, summer: boolean): object => {
  const standard = d.timeZone === "US/Eastern" ? -5 : -8
  return {
    departmentid: d.id,
    name: d.name,
    patientdepartmentname: d.patientName,
    address: "12 Foundry St",
    city: d.city,
    state: d.state,
    zip: d.zip,
    phone: "(207) 555 0132",
    fax: d.id === "1" ? "" : "2075550133",
    timezonename: d.timeZone,
    timezone: standard + (summer ? 1 : 0),
    timezoneoffset: standard,
    doesnotobservedst: drifting(false, older),
    chartsharinggroupid: d.chartSharingGroupId,
    providergroupid: d.providerGroupId,
    providergroupname: `Provider Group ${d.providerGroupId}`,
    clinicals: "ON",
    servicedepartment: drifting(true, older),
    ishospitaldepartment: drifting(false, older),
    medicationhistoryconsent: drifting(false, older),
    placeofservicefacility: drifting(false, older),
    placeofservicetypeid: "11",
    placeofservicetypename: "Office",
    portalurl: `https://${d.id}.portal.example.com/`,
    creditcardtypes: ["Visa", "Mastercard"],
    oneyearcontractmax: "2000"
  }
}
