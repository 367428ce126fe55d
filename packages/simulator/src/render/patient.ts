/** Patient records as recordings show them (dossier F.15). */
import { usDate } from "../world/calendar.ts"
import type { Person } from "../world/Person.ts"
import type { PracticeWorld } from "../world/PracticeWorld.ts"
import { draw } from "../world/random.ts"
import { insuranceRecords } from "./insurance.ts"
import { drifting, orNothing } from "./json.ts"

export interface PatientDetail {
  readonly showPreviousIds: boolean
  readonly showLocalId: boolean
  readonly showInsurance: boolean
  readonly showCustomFields: boolean
  /** Enterprise practices answer with the copy that this department's provider group keeps. */
  readonly departmentId: string | undefined
}

/** The record, ready for `vendorJson`. */
export const patientRecord = (practice: PracticeWorld, person: Person, detail: PatientDetail): object => {
  const older = practice.profile.olderSpelling
  const copyOf = practice.profile.enterprise ? detail.departmentId : undefined
  return {
    ...registration(person, older, copyOf),
    ...(detail.showPreviousIds && person.previousIds.length > 0
      ? { previouspatientids: person.previousIds.map(String) }
      : {}),
    ...(detail.showLocalId && practice.profile.enterprise
      ? { localpatientid: `${person.id},${person.id + 900_000}` }
      : {}),
    ...(detail.showInsurance ? { insurances: insuranceRecords(practice, person) } : {}),
    ...(detail.showCustomFields ? { customfields: [{ customfieldid: "21", customfieldvalue: "Blue folder" }] } : {})
  }
}

/** The same record inside an appointment, where booleans are always text. */
export const patientInAppointment = (practice: PracticeWorld, person: Person): object =>
  registration(person, true, practice.profile.enterprise ? person.departmentId : undefined)

const registration = (person: Person, booleansAsText: boolean, copyOf: string | undefined): object => {
  const bits = draw(78, person.id)
  const yes = (value: boolean) => drifting(value, booleansAsText)
  const nothing = (value: string | undefined, n: number) => orNothing(value, bits >>> n)
  return {
    patientid: String(person.id),
    firstname: person.firstName,
    lastname: person.lastName,
    middlename: person.middleName,
    preferredname: nothing(person.preferredName, 1),
    dob: usDate(person.birthDay),
    sex: person.sex,
    status: person.status,
    departmentid: copyOf ?? person.departmentId,
    primarydepartmentid: copyOf ?? person.primaryDepartmentId,
    primaryproviderid: person.primaryProviderId ?? (bits % 2 ? "" : undefined),
    registrationdate: usDate(person.registrationDay),
    ...(bits % 3 === 0 ? {} : visits(person, bits)),
    address1: person.address1,
    city: nothing(person.city, 2),
    state: nothing(person.state, 2),
    zip: person.zip,
    countrycode: "USA",
    countrycode3166: "US",
    homephone: person.homePhone,
    mobilephone: nothing(person.mobilePhone, 3),
    email: nothing(person.email, 4),
    emailexists: person.email === undefined ? (bits % 2 ? null : undefined) : yes(true),
    ...(bits % 6 === 0 ? {} : { ssn: `*****${1000 + (bits % 9000)}` }),
    racename: bits % 4 === 0 ? "White" : undefined,
    race: bits % 4 === 0 ? ["2106-3"] : [],
    ethnicitycode: bits % 3 === 0 ? null : bits % 3 === 1 ? "2186-5" : undefined,
    language6392code: bits % 5 === 0 ? null : "eng",
    maritalstatus: bits % 4 === 0 ? "U" : "M",
    maritalstatusname: bits % 4 === 0 ? "UNKNOWN" : "MARRIED",
    contactname: person.contactName,
    contacthomephone: nothing(person.contactPhone, 5),
    contactrelationship: person.contactName === undefined ? undefined : "SPOUSE",
    nextkinphone: bits % 8 === 0 ? null : undefined,
    guarantorfirstname: person.firstName,
    guarantorlastname: person.lastName,
    guarantordob: usDate(person.birthDay),
    guarantoremployerid: bits % 9 === 0 ? "0" : undefined,
    occupationcode: bits % 4 === 0 ? null : undefined,
    homebound: yes(false),
    hasmobile: yes(person.mobilePhone !== undefined),
    consenttocall: yes(bits % 2 === 0),
    consenttotext: yes(bits % 3 === 0),
    privacyinformationverified: yes(true),
    portalaccessgiven: yes(bits % 5 === 0),
    patientphoto: yes(bits % 10 === 0),
    // Old paths survive inside data.
    patientphotourl: bits % 10 === 0 ? `/preview1/195900/patients/${person.id}/photo` : undefined,
    confidentialitycode: "N",
    balances: balances(bits),
    notes: person.notes
  }
}

const visits = (person: Person, bits: number): object => ({
  firstappointment: `${usDate(person.registrationDay + 3)} 09:15`,
  lastappointment: `${usDate(person.registrationDay + 30 + (bits % 90))} 14:00`
})

// A number when zero, text when not, in one array.
const balances = (bits: number): ReadonlyArray<object> => [
  {
    balance: bits % 2 === 0 ? 0 : `-${bits % 900}.7`,
    departmentlist: "1,21,102",
    providergroupid: 1,
    cleanbalance: true
  },
  { balance: bits % 3 === 0 ? "25" : 0, departmentlist: "62,142,164", providergroupid: "2", cleanbalance: "true" }
]
