/**
 * What a catch-up of a practice consists of.
 *
 * | events of | the feed is subscribed | it is not |
 * | --- | --- | --- |
 * | appointments | the feed of changed appointments | the days around today, read anew |
 * | patients | the feed of changed patients | every patient that is known, read by id |
 * | providers | | the list of providers, with the other reference data |
 * | anything else | | nothing: the topics are named as what the catch-up cannot know |
 *
 * A feed is used, not subscribed: nobody may be there to read it afterwards.
 */
import type { Step } from "@athena-engine/sync/schedule/Job"

export interface Watched {
  /** Topics of the practice that came or are subscribed. */
  readonly topics: ReadonlyArray<string>
  /** Feeds that the database knows to be subscribed. */
  readonly feeds: ReadonlyArray<string>
}

export interface CatchUpPlan {
  readonly steps: ReadonlyArray<Step>
  /** What may have changed without that anything here would show it. */
  readonly blindTopics: ReadonlyArray<string>
}

const steps: Readonly<Record<string, (feeds: ReadonlyArray<string>) => Step>> = {
  Provider: () => "reference",
  Appointment: (feeds) => (feeds.includes("appointments") ? "changed_appointments" : "appointments"),
  Patient: (feeds) => (feeds.includes("patients") ? "changed_patients" : "patients")
}

const typeOf = (topic: string) => topic.split(".")[0] ?? ""

/** Whether a catch-up would show what the topic tells of. */
export const isShown = (topic: string): boolean => Object.hasOwn(steps, typeOf(topic))

/** Of a practice of which nothing is known yet: appointments and patients. */
export const planCatchUp = ({ feeds, topics }: Watched): CatchUpPlan => {
  const types = new Set(topics.length === 0 ? ["Appointment", "Patient"] : topics.map(typeOf))
  return {
    steps: Object.entries(steps).flatMap(([type, step]) => (types.has(type) ? [step(feeds)] : [])),
    blindTopics: topics.filter((topic) => !isShown(topic)).toSorted()
  }
}

/** What has to be done after a feed that could not tell all. */
export const insteadOf: Partial<Readonly<Record<Step, Step>>> = {
  changed_appointments: "appointments",
  changed_patients: "patients"
}
