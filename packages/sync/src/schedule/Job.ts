/**
 * What is run on a schedule. A job is made of steps, each of which is committed by itself: a job that stopped half-way goes on
 * with the steps that are left.
 */

export const jobs = ["appointments", "patients", "changes", "all"] as const

/** A job, by the name of the command that does the same once. */
export type Job = (typeof jobs)[number]

/** A part of a job. */
export type Step = "reference" | "appointments" | "changed_appointments" | "changed_patients" | "patients"

const steps: Readonly<Record<Job, ReadonlyArray<Step>>> = {
  appointments: ["appointments"],
  patients: ["patients"],
  changes: ["changed_appointments", "changed_patients"],
  // Each stands on the one before: zones for the times, appointments for whom to ask for.
  all: ["reference", "appointments", "changed_appointments", "changed_patients", "patients"]
}

/** The steps of a job, in their order. What one of them cannot do stops none of the others. */
export const stepsOf = (job: Job): ReadonlyArray<Step> => steps[job]
