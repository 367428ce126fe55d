import { Context } from "effect"

/** Which of the programs this process is. */
export interface ProgramName {
  /** As it is typed, and as the audit trail, leases, logs and messages name it. */
  readonly name: string
  readonly version: string
}

/** Set once, where a program begins. */
export const Program = Context.Reference<ProgramName>("@athena-engine/program/Program", {
  defaultValue: () => ({ name: "athena-engine", version: "0.0.0" })
})
