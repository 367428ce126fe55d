/** Insurances of a patient as recordings show them: none to three, some cancelled, numbers as numbers and as text. */
import { usDate } from "../world/calendar.ts"
import type { Person } from "../world/Person.ts"
import type { PracticeWorld } from "../world/PracticeWorld.ts"
import { draw, pick } from "../world/random.ts"

const plans = [
  { id: 31724, name: "SAMPLE HEALTH (PPO)", type: "Group Policy" },
  { id: 1, name: "EXAMPLE CARE (HMO)", type: "Health Maintenance Organization (HMO)" },
  { id: 0, name: "*SELF PAY*", type: "Personal Payment (Cash - No Insurance)" }
]

const counts = [1, 1, 1, 2, 2, 3, 0]

/** The records, ready for `vendorJson`. */
export const insuranceRecords = (practice: PracticeWorld, person: Person): ReadonlyArray<object> => {
  const bits = (n: number) => draw(91, Number(practice.id), person.id, n)
  return Array.from({ length: pick(counts, bits(0)) }, (_, n) => {
    const plan = pick(plans, bits(1) + n)
    const since = person.registrationDay + n
    return {
      insuranceid: String(person.id * 7 + n),
      insurancepackageid: practice.profile.olderSpelling ? String(plan.id) : plan.id,
      sequencenumber: practice.profile.olderSpelling ? String(n + 1) : n + 1,
      insuranceplanname: plan.name,
      insurancetype: plan.type,
      insuranceidnumber: `W${person.id}`,
      insurancepolicyholder: `${person.firstName} ${person.lastName}`.toUpperCase(),
      insurancepolicyholderfirstname: person.firstName,
      insurancepolicyholderlastname: person.lastName,
      insurancepolicyholderdob: usDate(person.birthDay),
      // The top-level number is masked, this one is not. 000 is never issued.
      insurancepolicyholderssn: `00055${1000 + (person.id % 9000)}`,
      relationshiptoinsured: "Self",
      relationshiptoinsuredid: 1,
      eligibilitystatus: pick(["Eligible", "Unverified"], bits(2) + n),
      eligibilitylastchecked: usDate(since + 30),
      issuedate: bits(3) % 3 === 0 ? usDate(since) : undefined,
      cancelled: n === 2 ? usDate(since + 200) : undefined,
      expirationdate: n === 2 ? usDate(since + 200) : undefined
    }
  })
}
