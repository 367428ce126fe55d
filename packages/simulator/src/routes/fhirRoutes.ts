/** The endpoints of the FHIR server, whose paths name no practice. */
import { CreateFhirSubscription } from "@athena-engine/athena-core/endpoints/fhir/CreateFhirSubscription"
import { DeleteFhirSubscription } from "@athena-engine/athena-core/endpoints/fhir/DeleteFhirSubscription"
import { GetFhirCondition } from "@athena-engine/athena-core/endpoints/fhir/GetFhirCondition"
import { GetFhirEncounter } from "@athena-engine/athena-core/endpoints/fhir/GetFhirEncounter"
import { GetFhirImmunization } from "@athena-engine/athena-core/endpoints/fhir/GetFhirImmunization"
import { GetFhirMedicationRequest } from "@athena-engine/athena-core/endpoints/fhir/GetFhirMedicationRequest"
import { GetFhirOrganization } from "@athena-engine/athena-core/endpoints/fhir/GetFhirOrganization"
import { GetFhirPatient } from "@athena-engine/athena-core/endpoints/fhir/GetFhirPatient"
import { GetFhirPractitioner } from "@athena-engine/athena-core/endpoints/fhir/GetFhirPractitioner"
import { GetFhirSubscription } from "@athena-engine/athena-core/endpoints/fhir/GetFhirSubscription"
import { GetFhirSubscriptionTopic } from "@athena-engine/athena-core/endpoints/fhir/GetFhirSubscriptionTopic"
import { ListFhirSubscriptions } from "@athena-engine/athena-core/endpoints/fhir/ListFhirSubscriptions"
import { ListFhirSubscriptionTopics } from "@athena-engine/athena-core/endpoints/fhir/ListFhirSubscriptionTopics"
import { SearchFhirAppointments } from "@athena-engine/athena-core/endpoints/fhir/SearchFhirAppointments"
import { SearchFhirConditions } from "@athena-engine/athena-core/endpoints/fhir/SearchFhirConditions"
import { SearchFhirEncounters } from "@athena-engine/athena-core/endpoints/fhir/SearchFhirEncounters"
import { SearchFhirImmunizations } from "@athena-engine/athena-core/endpoints/fhir/SearchFhirImmunizations"
import { SearchFhirMedicationRequests } from "@athena-engine/athena-core/endpoints/fhir/SearchFhirMedicationRequests"
import { SearchFhirOrganizations } from "@athena-engine/athena-core/endpoints/fhir/SearchFhirOrganizations"
import { SearchFhirPatients } from "@athena-engine/athena-core/endpoints/fhir/SearchFhirPatients"
import { SearchFhirPractitioners } from "@athena-engine/athena-core/endpoints/fhir/SearchFhirPractitioners"

export const fhirRoutes = {
  fhirPatient: GetFhirPatient.description,
  fhirPatientSearch: SearchFhirPatients.description,
  fhirAppointmentSearch: SearchFhirAppointments.description,
  fhirEncounter: GetFhirEncounter.description,
  fhirEncounterSearch: SearchFhirEncounters.description,
  fhirCondition: GetFhirCondition.description,
  fhirConditionSearch: SearchFhirConditions.description,
  fhirMedicationRequest: GetFhirMedicationRequest.description,
  fhirMedicationRequestSearch: SearchFhirMedicationRequests.description,
  fhirImmunization: GetFhirImmunization.description,
  fhirImmunizationSearch: SearchFhirImmunizations.description,
  fhirPractitioner: GetFhirPractitioner.description,
  fhirPractitionerSearch: SearchFhirPractitioners.description,
  fhirOrganization: GetFhirOrganization.description,
  fhirOrganizationSearch: SearchFhirOrganizations.description,
  fhirTopics: ListFhirSubscriptionTopics.description,
  fhirTopic: GetFhirSubscriptionTopic.description,
  fhirSubscriptions: ListFhirSubscriptions.description,
  fhirSubscription: GetFhirSubscription.description,
  fhirSubscriptionCreate: CreateFhirSubscription.description,
  fhirSubscriptionDelete: DeleteFhirSubscription.description
} as const

/** The name of an endpoint of FHIR. */
export type FhirRouteName = keyof typeof fhirRoutes

export const isFhirRoute = (name: string): name is FhirRouteName => name in fhirRoutes
