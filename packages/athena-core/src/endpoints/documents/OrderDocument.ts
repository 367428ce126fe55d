/**
 * An order or a prescription as the changed feeds have it. Both are documents with the same fields; what was ordered, why
 * and by whom stays redacted. Their stamps come in two spellings, of 12 hours and with an offset, and so are left in the
 * sealed `raw`.
 */
import { DepartmentId } from "../../ids/DepartmentId.ts"
import { DocumentId } from "../../ids/DocumentId.ts"
import { EncounterId } from "../../ids/EncounterId.ts"
import { PatientId } from "../../ids/PatientId.ts"
import { optional, required } from "../../wire/columns.ts"
import { opaqueIdentifier } from "../../wire/identifier.ts"
import { text } from "../../wire/text.ts"
import { kindOfColumns, type RecordOf } from "../kindOfColumns.ts"
import type { RecordKind } from "../RecordKind.ts"

const orderColumns = {
  documentId: required("documentid", opaqueIdentifier(DocumentId)),
  patientId: optional("patientid", opaqueIdentifier(PatientId)),
  departmentId: optional("departmentid", opaqueIdentifier(DepartmentId)),
  encounterId: optional("encounterid", opaqueIdentifier(EncounterId)),
  /** `REVIEW`, `NOTIFY`, `CLOSED` … */
  status: optional("status", text)
}

const orderDetails = {
  description: optional("description", text)
}

export interface OrderDocument extends RecordOf<typeof orderColumns, typeof orderDetails> {}

const kindNamed = (name: string): RecordKind<OrderDocument> =>
  kindOfColumns({
    name,
    idKey: "documentid",
    phi: {
      identifying: ["description", "externalnote", "ordergenusname", "*"],
      linked: ["documentid", "patientid", "encounterid", "status"],
      none: ["departmentid"]
    },
    columns: orderColumns,
    details: orderDetails
  })

export const orderKind = kindNamed("order")
export const prescriptionKind = kindNamed("prescription")
