/** Endpoint by name. */
import type { PracticeWorld } from "../world/PracticeWorld.ts"
import { appointment } from "./appointment.ts"
import { answerAppointmentRoute, isAppointmentRoute } from "./appointmentRoutes.ts"
import { appointmentTypes } from "./appointmentTypes.ts"
import { bookedAppointments } from "./bookedAppointments.ts"
import { department, departments } from "./departments.ts"
import type { FhirRouteName } from "./fhirRoutes.ts"
import { patient } from "./patient.ts"
import { answerPatientRoute, isPatientRoute } from "./patientRoutes.ts"
import { ping } from "./ping.ts"
import { practiceInfo } from "./practiceInfo.ts"
import { provider, providers } from "./providers.ts"
import type { RouteAnswer } from "./RouteAnswer.ts"
import type { RouteContext } from "./RouteContext.ts"
import type { RouteName } from "./Routes.ts"

/** `visible` are the practices that `practiceinfo` lists: this one, or all that the app may see. */
export const answerRoute = (
  name: Exclude<RouteName, "token" | FhirRouteName>,
  context: RouteContext,
  visible: ReadonlyArray<PracticeWorld>
): RouteAnswer => {
  if (isAppointmentRoute(name)) return answerAppointmentRoute(name, context)
  if (isPatientRoute(name)) return answerPatientRoute(name, context)
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
  }
}
