import { Schema } from "effect"

/** Whether a text has the form of a topic: `Appointment.check-in`, what it happens to and what happens. */
export const isTopicName = (value: string): boolean => /^[A-Za-z]{1,60}\.[A-Za-z-]{1,60}$/.test(value)

/** The text of a topic. What has another form is no topic, and is not passed on as one. */
export const TopicName = Schema.String.check(
  Schema.makeFilter((value: string) => isTopicName(value) || "a topic such as Appointment.check-in is expected")
)
