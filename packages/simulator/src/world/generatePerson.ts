/** Patient number `n` of a practice, the same for the same seed. */
import { dayNumber } from "./calendar.ts"
import { familyName, givenName, phoneNumber, streetAddress, townOf } from "./names.ts"
import type { Person, PersonStatus } from "./Person.ts"
import type { PracticeProfile } from "./PracticeProfile.ts"
import { draw, pick } from "./random.ts"

/** Patient ids start above this. */
export const firstPatientId = 30_001

/** Every thousandth patient after the sixth was deleted; every thousandth after the eighth was merged into the next. */
export const isDeleted = (n: number): boolean => n % 1000 === 6
export const isMerged = (n: number): boolean => n % 1000 === 8

/** Patient number `n`, counted from 0. */
export const generatePerson = (practice: PracticeProfile, seed: number, n: number): Person => {
  const bits = (purpose: number) => draw(seed, Number(practice.id), n, purpose)
  const often = (purpose: number, percent: number) => bits(purpose) % 100 < percent
  const home = townOf(bits(1))
  const department = pick(practice.departments, bits(2))
  const firstName = givenName(bits(3))
  const lastName = familyName(bits(4))
  return {
    id: firstPatientId + n,
    firstName,
    lastName,
    middleName: often(5, 30) ? givenName(bits(6)).slice(0, 1) : undefined,
    preferredName: often(7, 15) ? givenName(bits(8)) : undefined,
    // The sandbox holds this sentinel where a birth date was never entered.
    birthDay: n % 97 === 50 ? neverEntered : dayNumber(1930, 1, 1) + (bits(9) % 32_000),
    sex: often(10, 4) ? undefined : bits(10) & 1 ? "F" : "M",
    status: isDeleted(n) || isMerged(n) ? "deleted" : statusOf(bits(11) % 100),
    departmentId: often(12, 99) ? department.id : undefined,
    primaryDepartmentId: often(13, 94) ? department.id : undefined,
    primaryProviderId: often(14, 60) ? pick(practice.providers, bits(15)).id : undefined,
    registrationDay: dayNumber(2014, 1, 2) + (bits(16) % 1900),
    address1: often(17, 92) ? streetAddress(bits(18)) : undefined,
    city: home.city,
    state: home.state,
    zip: often(19, 3) ? "111" : often(20, 20) ? `${home.zip}-0${(bits(20) % 900) + 100}` : home.zip,
    homePhone: often(21, 77) ? phoneNumber(bits(22)) : undefined,
    mobilePhone: often(23, 70) ? phoneNumber(bits(24)) : undefined,
    email: often(25, 70) ? `${firstName}.${n}@example.com`.toLowerCase() : undefined,
    contactName: often(26, 40) ? `${givenName(bits(27))} ${lastName}` : undefined,
    contactPhone: often(26, 40) ? phoneNumber(bits(28)) : undefined,
    notes: often(29, 20) ? pick(noteTexts, bits(30)) : undefined,
    mergedInto: isMerged(n) ? firstPatientId + n + 1 : undefined,
    previousIds: n > 0 && isMerged(n - 1) ? [firstPatientId + n - 1] : []
  }
}

// 01/01/0001. `Date.UTC` would read the year as 1901.
const neverEntered = Date.parse("0001-01-01T00:00:00Z") / 86_400_000

const statusOf = (percent: number): PersonStatus =>
  percent < 90 ? "active" : percent < 96 ? "inactive" : "prospective"

const noteTexts = [
  "Prefers to be called after 5 pm.",
  'Needs wheelchair access; "side entrance" key at desk.',
  "Interpreter booked through https://interpreters.example.com/r/17",
  "Brings their own record on paper."
]
