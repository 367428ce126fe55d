/** The practices of the simulated world. 195903 exists, but never authorised the app: it answers 401. */
import type {
  AppointmentReason,
  AppointmentType,
  CancelReason,
  Department,
  PracticeProfile,
  Provider
} from "./PracticeProfile.ts"

const department = (id: string, name: string, more: Partial<Department> = {}): Department => ({
  id,
  name,
  patientName: name,
  city: "Alderbrook",
  state: "MA",
  zip: "01907",
  timeZone: "US/Eastern",
  providerGroupId: "1",
  chartSharingGroupId: "1",
  hidden: false,
  ...more
})

const provider = (
  id: string,
  firstName: string,
  lastName: string | undefined,
  more: Partial<Provider> = {}
): Provider => ({
  id,
  firstName,
  lastName,
  entityType: "Person",
  providerType: "MD",
  specialty: "Family Medicine",
  specialtyId: "008",
  npi: undefined,
  ...more
})

/** Appointment types, the same in every practice. */
const appointmentTypes: ReadonlyArray<AppointmentType> = [
  type("2", "Office Visit", "OV", 15),
  type("4", "New Patient Visit", "NP", 30),
  type("6", "Follow-Up 10 min", "FU10", 10),
  type("62", "Physical Exam", "PE", 40),
  type("82", "Any 15", "AN15", 15, { generic: true }),
  type("164", "Lab Draw / Injection", "LAB", 5),
  type("1102", "Provider Block", "BLK", 60, { forPatients: false })
]

/** Reasons an appointment is cancelled for. */
export const cancelReasons: ReadonlyArray<CancelReason> = [
  { id: "2", name: "PATIENT CANCELLED", noShow: false, slotAvailable: true },
  { id: "4", name: "PATIENT NO SHOW", noShow: true, slotAvailable: false },
  { id: "-5", name: "Cancelled by automated reminder", noShow: false, slotAvailable: true },
  { id: "21", name: "PROVIDER UNAVAILABLE", noShow: false, slotAvailable: false }
]

/** Reason of the old appointment of a rescheduled pair. */
export const rescheduledReason: CancelReason = {
  id: "6",
  name: "PATIENT RESCHEDULED",
  noShow: false,
  slotAvailable: true
}

/** How a patient may confirm an appointment. */
export const confirmationStatuses: ReadonlyArray<{ readonly id: string; readonly name: string }> = [
  { id: "1", name: "Confirmed" },
  { id: "2", name: "Left Message" },
  { id: "3", name: "Not Confirmed" }
]

/** Reasons that patients may book for, with the types that each maps to; the same in every practice. */
export const appointmentReasons: ReadonlyArray<AppointmentReason> = [
  reason("541", "New Patient", "new", ["4"], 1),
  reason("563", "Follow Up", "existing", ["6", "2"], 24),
  reason("761", "Exam", "all", ["2", "62"], 48),
  reason("565", "Lab Work", "existing", ["164"], 24)
]

/** The practices that are told apart, by id. */
export const practiceProfiles: ReadonlyArray<PracticeProfile> = [
  {
    id: "195900",
    name: "Maple Hollow Family Medicine (simulated)",
    goLiveDate: "09/14/2015",
    enterprise: false,
    olderSpelling: false,
    appointmentTypes,
    departments: [
      department("1", "MAIN ST (HUB)", { patientName: "Alderbrook Office" }),
      department("21", "Stonewick Office", { city: "Stonewick", state: "GA", zip: "30120" }),
      department("62", "Harborview Annex", { providerGroupId: "2", chartSharingGroupId: "41", city: "", state: "" }),
      department("150", "Women's & Children's Center (2nd floor)", { patientName: "Women's & Children's" }),
      department("172", "CEDAR NOTCH URGENT CARE", {
        city: "Cedar Notch",
        state: "CA",
        zip: "94501",
        timeZone: "America/Los_Angeles",
        chartSharingGroupId: "43"
      }),
      department("199", "Occupational Health (not on portal)", { hidden: true, chartSharingGroupId: "43" })
    ],
    providers: [
      provider("27", "Tavorin", "Quillderford", { npi: 1234567893 }),
      provider("71", "Elladewen", "Pellaney", { providerType: "NP", specialty: "Pediatrics", specialtyId: "037" }),
      provider("86", "Cormirin", "Ashlowell", { npi: 1245319599 }),
      provider("126", "ULTRASOUND", "ROOM 2", { entityType: "Non-Person", providerType: "TECH", specialtyId: "026" }),
      provider("265", "Nurse Pool", undefined, { providerType: "RN" })
    ]
  },
  {
    id: "195901",
    name: "Port Hollis Pediatrics (simulated)",
    goLiveDate: "03/02/2012",
    enterprise: false,
    olderSpelling: true,
    appointmentTypes,
    departments: [
      department("1", "Port Hollis", { city: "Port Hollis", state: "ME", zip: "04012" }),
      department("21", "Fernley Falls Satellite", { city: "Fernley Falls", state: "NY", zip: "12811" })
    ],
    providers: [
      provider("1", "Brirawen", "Orrawick", { specialty: "Pediatrics", specialtyId: "037" }),
      provider("27", "Junothuban", "Fenlovane", { providerType: "PA" })
    ]
  },
  {
    id: "195902",
    name: "Lakeshore Provider Network (simulated)",
    goLiveDate: "01/20/2018",
    enterprise: true,
    olderSpelling: false,
    appointmentTypes,
    departments: [
      department("1", "Network Clinic North", { providerGroupId: "1", chartSharingGroupId: "41" }),
      department("82", "Network Clinic South", { providerGroupId: "22", chartSharingGroupId: "41" }),
      department("143", "Cardiology Partners", { providerGroupId: "42", chartSharingGroupId: "42" })
    ],
    providers: [
      provider("95", "Harlasha", "Drayington"),
      provider("260", "Gwenovex", "Keststremere", { specialty: "Cardiology", specialtyId: "006" })
    ]
  },
  {
    id: "195903",
    name: "Tannery Street Clinic (simulated, not authorised)",
    goLiveDate: "05/05/2020",
    enterprise: false,
    olderSpelling: false,
    appointmentTypes,
    departments: [department("1", "Tannery Street")],
    providers: [provider("1", "Finothuno", "Holmarby")]
  }
]

/** The world's practices, so many of them: behind those that are told apart come others like the first. */
export const profilesOf = (practices: number): ReadonlyArray<PracticeProfile> => {
  const [first] = practiceProfiles
  const further = Array.from({ length: Math.max(0, practices - practiceProfiles.length) }, (_, n) => n)
  return first === undefined
    ? []
    : [
        ...practiceProfiles,
        ...further.map((n) => {
          const id = String(195_900 + practiceProfiles.length + n)
          return { ...first, id, name: `Simulated practice ${id}` }
        })
      ]
}

function reason(
  id: string,
  name: string,
  patients: AppointmentReason["patients"],
  typeIds: ReadonlyArray<string>,
  minimumHours: number
): AppointmentReason {
  return { id, name, patients, typeIds, minimumHours, maximumDays: 90 }
}

function type(
  id: string,
  name: string,
  shortName: string,
  durationMinutes: number,
  more: Partial<AppointmentType> = {}
): AppointmentType {
  return { id, name, shortName, patientName: name, durationMinutes, generic: false, forPatients: true, ...more }
}
