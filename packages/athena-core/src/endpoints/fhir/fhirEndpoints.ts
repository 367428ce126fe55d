/** The endpoints of the FHIR server, apart from those of `/v1`: their paths name no practice. */
import type { EndpointDescription } from "../../http/EndpointDescription.ts"
import { CreateFhirSubscription } from "./CreateFhirSubscription.ts"
import { DeleteFhirSubscription } from "./DeleteFhirSubscription.ts"
import { GetFhirCondition } from "./GetFhirCondition.ts"
import { GetFhirEncounter } from "./GetFhirEncounter.ts"
import { GetFhirImmunization } from "./GetFhirImmunization.ts"
import { GetFhirMedicationRequest } from "./GetFhirMedicationRequest.ts"
import { GetFhirOrganization } from "./GetFhirOrganization.ts"
import { GetFhirPatient } from "./GetFhirPatient.ts"
import { GetFhirPractitioner } from "./GetFhirPractitioner.ts"
import { GetFhirSubscription } from "./GetFhirSubscription.ts"
import { GetFhirSubscriptionTopic } from "./GetFhirSubscriptionTopic.ts"
import { ListFhirSubscriptions } from "./ListFhirSubscriptions.ts"
import { ListFhirSubscriptionTopics } from "./ListFhirSubscriptionTopics.ts"
import { SearchFhirAppointments } from "./SearchFhirAppointments.ts"
import { SearchFhirConditions } from "./SearchFhirConditions.ts"
import { SearchFhirEncounters } from "./SearchFhirEncounters.ts"
import { SearchFhirImmunizations } from "./SearchFhirImmunizations.ts"
import { SearchFhirMedicationRequests } from "./SearchFhirMedicationRequests.ts"
import { SearchFhirOrganizations } from "./SearchFhirOrganizations.ts"
import { SearchFhirPatients } from "./SearchFhirPatients.ts"
import { SearchFhirPractitioners } from "./SearchFhirPractitioners.ts"

export const fhirEndpoints: ReadonlyArray<EndpointDescription> = [
  GetFhirPatient.description,
  SearchFhirPatients.description,
  SearchFhirAppointments.description,
  GetFhirEncounter.description,
  SearchFhirEncounters.description,
  GetFhirCondition.description,
  SearchFhirConditions.description,
  GetFhirMedicationRequest.description,
  SearchFhirMedicationRequests.description,
  GetFhirImmunization.description,
  SearchFhirImmunizations.description,
  GetFhirPractitioner.description,
  SearchFhirPractitioners.description,
  GetFhirOrganization.description,
  SearchFhirOrganizations.description,
  ListFhirSubscriptionTopics.description,
  GetFhirSubscriptionTopic.description,
  ListFhirSubscriptions.description,
  GetFhirSubscription.description,
  CreateFhirSubscription.description,
  DeleteFhirSubscription.description
]
