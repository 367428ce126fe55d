import { hostname, userInfo } from "node:os"
import { Context } from "effect"
import type { RunId } from "../ids/RunId.ts"

/** Who acts: the identity of the service, the host it runs on and the program. */
export interface AuditAgent {
  /** Who the trail says acted; `ATHENA_SERVICE_IDENTITY`, `user@host` by default. */
  readonly identity: string
  readonly host: string
  /** `athena-sync`, `athena-webhooks`, or the name of a program built on the library. */
  readonly program: string
}

/** HL7 v3 PurposeOfUse: treatment, payment, health-care operations, the patient's own request. */
export type PurposeOfUse = "TREAT" | "HPAYMT" | "HOPERAT" | "PATRQT"

/** What the audit trail records of every access beside the access itself. Set once, at the program's start. */
export interface AuditContext {
  readonly agent: AuditAgent
  /** The human on whose behalf the agent acts, by account name, if there is one. */
  readonly onBehalfOf: string | undefined
  readonly purposeOfUse: PurposeOfUse
  /** Who receives the data if it leaves the covered entity (45 CFR 164.528); most syncs disclose to no one. */
  readonly recipient: string | undefined
  readonly runId: RunId | undefined
  readonly source: "sync" | "webhook" | "library" | "audit"
}

const accountName = () => {
  try {
    return userInfo().username
  } catch {
    // A container may run under a number that has no account.
    return `uid-${process.getuid?.() ?? "unknown"}`
  }
}

/** The context of the running fiber. By default the library's own, for health-care operations. */
export const CurrentAuditContext = Context.Reference<AuditContext>("athena-core/audit/CurrentAuditContext", {
  defaultValue: () => ({
    agent: { identity: `${accountName()}@${hostname()}`, host: hostname(), program: "athena-core" },
    onBehalfOf: undefined,
    purposeOfUse: "HOPERAT",
    recipient: undefined,
    runId: undefined,
    source: "library"
  })
})
