import type { Redacted } from "effect"
import { reveal } from "../../phi/reveal.ts"
import type { AppointmentNote } from "./AppointmentNote.ts"

const withoutLayout = (text: string) => text.replace(/\s+/g, " ").trim()

/** Whether a note has this text, but for its white space, which does not survive the way through a form unchanged. */
export const saysTheSame = (note: AppointmentNote, text: Redacted.Redacted): boolean =>
  withoutLayout(reveal(note.details, "request").text ?? "") === withoutLayout(reveal(text, "request"))
