/** Endpoint by name. */
import type { PracticeWorld } from "../world/PracticeWorld.ts"
import { appointment } from "./appointment.ts"
import { answerAppointmentRoute, isAppointmentRoute } from "./appointmentRoutes.ts"
import { appointmentTypes } from "./appointmentTypes.ts"
import { bestMatch } from "./bestMatch.ts"
import { bookedAppointments } from "./bookedAppointments.ts"
import { chart, encounter } from "./chart.ts"
import { claim, claims } from "./claims.ts"
import { department, departments } from "./departments.ts"
import { patient } from "./patient.ts"
import { patientInsurances } from "./patientInsurances.ts"
import { patientSearch } from "./patientSearch.ts"
import { ping } from "./ping.ts"
import { practiceInfo } from "./practiceInfo.ts"
import { provider, providers } from "./providers.ts"
import type { RouteAnswer } from "./RouteAnswer.ts"
import type { RouteContext } from "./RouteContext.ts"
import type { RouteName } from "./Routes.ts"

/** `visible` are the practices that `practiceinfo` lists: this one, or all that the app may see. */
export const answerRoute = (
  name: Exclude<RouteName, "token">,
  context: RouteContext,
  visible: ReadonlyArray<PracticeWorld>
): RouteAnswer => {
  if (isAppointmentRoute(name)) return answerAppointmentRoute(name, context)
  switch (name) {
    case "ping":
      return ping()
    case "practiceinfo":
      return practiceInfo(context, visible)
    case "departments":
      return departments(context)
    case "department":
      return department(context)
    case "providers":
      return providers(context)
    case "provider":
      return provider(context)
    case "appointmenttypes":
      return appointmentTypes(context)
    case "booked":
      return bookedAppointments(context, false)
    case "bookedMultipleDepartment":
      return bookedAppointments(context, true)
    case "appointment":
      return appointment(context)
    case "patient":
      return patient(context)
    case "patientSearch":
      return patientSearch(context)
    case "bestMatch":
      return bestMatch(context)
    case "insurances":
      return patientInsurances(context)
    case "claims":
      return claims(context)
    case "claim":
      return claim(context)
    case "encounter":
      return encounter(context)
    case "problems":
    case "medications":
    case "allergies":
    case "vaccines":
    case "vitals":
    case "encounters":
    case "labresults":
      return chart(context, name)
  }
}
