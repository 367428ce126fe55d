import type { Array as Arr } from "effect"
import type { AppointmentTypeId } from "../../ids/AppointmentTypeId.ts"
import type { DepartmentId } from "../../ids/DepartmentId.ts"
import type { ProviderId } from "../../ids/ProviderId.ts"
import type { ReasonId } from "../../ids/ReasonId.ts"
import { noPhi } from "../../phi/PhiClass.ts"
import { type LocalDate, vendorDate } from "../../time/LocalDate.ts"
import { type ListQuery, referenceList } from "../list.ts"
import { openSlotKind } from "./OpenSlot.ts"

/** What the slots are wanted for. The vendor answers a question without it with an empty list, not with an error. */
export type SlotsFor =
  /** Reasons that patients book for, which need their providers named. */
  | {
      readonly reasonIds: Arr.NonEmptyReadonlyArray<ReasonId>
      readonly providerIds: Arr.NonEmptyReadonlyArray<ProviderId>
    }
  /** One type, whatever the practice has set up for patients. For staff and kiosks, not for booking over the web. */
  | { readonly appointmentTypeId: AppointmentTypeId; readonly providerIds?: ReadonlyArray<ProviderId> }
  /**
   * Any reason (`-1`): some of the slots may be bookable for no reason at all, and how close to now a reason may be booked
   * is not looked at. Better to name the reasons.
   */
  | { readonly anyReason: true; readonly providerIds?: ReadonlyArray<ProviderId> }

export interface OpenSlotsQuery extends ListQuery {
  readonly departmentIds: Arr.NonEmptyReadonlyArray<DepartmentId>
  readonly for: SlotsFor
  /** Both included. The vendor would take today, and seven days from then. */
  readonly from: LocalDate
  readonly to: LocalDate
  /**
   * Slots that the practice hides for being too close (24 hours by default) or too far (90 days by default), as well.
   * Default false.
   */
  readonly bypassScheduleTimeChecks?: boolean
  /** Slots that are not open to the API as well; booking them needs the same permission. Default false. */
  readonly ignoreSchedulablePermission?: boolean
  /** Slots that are frozen, so that they cannot be booked, as well. Default false. */
  readonly showFrozenSlots?: boolean
}

const wanted = (slots: SlotsFor): Record<string, string> => ({
  ...("reasonIds" in slots
    ? { reasonid: slots.reasonIds.join(",") }
    : "appointmentTypeId" in slots
      ? { appointmenttypeid: slots.appointmentTypeId }
      : { reasonid: "-1" }),
  ...(slots.providerIds === undefined || slots.providerIds.length === 0
    ? {}
    : { providerid: slots.providerIds.join(",") })
})

/**
 * Slots that can be booked. No patient is behind them, so they may be cached: they were open when they were listed, and
 * booking one may still end in `Conflict`.
 */
export const ListOpenSlots = referenceList({
  name: "ListOpenSlots",
  verb: "GET",
  path: "/v1/{practiceid}/appointments/open",
  vendorPage: "https://docs.athenahealth.com/api/api-ref/appointment-slot#Get-list-of-open-appointment-slots",
  evidence: "recorded",
  repeat: "safe",
  phi: noPhi,
  auditedParameters: [],
  recordsKey: "appointments",
  kind: openSlotKind,
  parameters: (query: OpenSlotsQuery) => ({
    departmentid: query.departmentIds.join(","),
    ...wanted(query.for),
    startdate: vendorDate.print(query.from),
    enddate: vendorDate.print(query.to),
    bypassscheduletimechecks: String(query.bypassScheduleTimeChecks ?? false),
    ignoreschedulablepermission: String(query.ignoreSchedulablePermission ?? false),
    showfrozenslots: String(query.showFrozenSlots ?? false)
  })
})
