/** One simulated practice: what is fixed about it, its appointments, its patients. */
import { AppointmentBook } from "./AppointmentBook.ts"
import { planDays } from "./DayPlan.ts"
import { type Feeds, makeFeeds } from "./Feeds.ts"
import { PatientRegister } from "./PatientRegister.ts"
import type { AppointmentType, Department, PracticeProfile } from "./PracticeProfile.ts"
import { ProviderRegister } from "./ProviderRegister.ts"

export interface PracticeWorldOptions {
  readonly seed: number
  /** Appointments with a patient in June 2019. */
  readonly volume: number
  readonly patients: number
}

export class PracticeWorld {
  readonly id: string
  readonly profile: PracticeProfile
  /** Too many rows to keep the text of each. */
  readonly isLarge: boolean
  readonly appointments: AppointmentBook
  readonly patients: PatientRegister
  readonly feeds: Feeds = makeFeeds()
  readonly departments: ReadonlyMap<string, Department>
  readonly providers: ProviderRegister
  readonly appointmentTypes: ReadonlyMap<string, AppointmentType>

  constructor(profile: PracticeProfile, options: PracticeWorldOptions) {
    this.id = profile.id
    this.profile = profile
    const { patients, seed, volume } = options
    this.isLarge = volume > 100_000
    this.appointments = new AppointmentBook({ practice: profile, seed, plan: planDays(volume), patients })
    this.patients = new PatientRegister(profile, seed, patients)
    this.departments = new Map(profile.departments.map((d) => [d.id, d]))
    this.providers = new ProviderRegister(profile.providers)
    this.appointmentTypes = new Map(profile.appointmentTypes.map((t) => [t.id, t]))
  }
}
