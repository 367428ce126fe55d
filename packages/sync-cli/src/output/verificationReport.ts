import type { Verification } from "@athena-engine/audit/verify/Verification"
import { coloured } from "./colours.ts"
import { print, printJson } from "./print.ts"
import { remarkLines } from "./wrapped.ts"

const forPeople = ({ events, entries, firstBad, status, unfinished }: Verification): string => {
  const open = unfinished === 0 ? "" : ` ${unfinished} calls never came back; that is no failure of the trail.`
  if (status === "verified") return `The audit trail verifies: ${events} events, ${entries} entries.${open}`
  const where =
    firstBad === undefined
      ? ""
      : ` First damage: practice ${firstBad.practiceId}, sequence ${firstBad.sequence}, ${firstBad.part} ${firstBad.kind}` +
        `${firstBad.eventId === null ? "" : ` (event ${firstBad.eventId})`}.`
  return `The audit trail is BROKEN.${where} ${events} events verified before the damage.${open}`
}

/** What a verification found, for people or for machines. */
export const printVerification = (verification: Verification, isJson: boolean) =>
  isJson
    ? printJson(verification)
    : print(coloured(verification.status === "verified" ? "green" : "red", remarkLines(forPeople(verification))))
