/** The endpoints of patients, their insurances, claims, charts and documents, each with what answers it. */
import { GetEncounter } from "@athena-engine/athena-core/endpoints/chart/GetEncounter"
import { ListAllergies } from "@athena-engine/athena-core/endpoints/chart/ListAllergies"
import { ListEncounters } from "@athena-engine/athena-core/endpoints/chart/ListEncounters"
import { ListLabResults } from "@athena-engine/athena-core/endpoints/chart/ListLabResults"
import { ListMedications } from "@athena-engine/athena-core/endpoints/chart/ListMedications"
import { ListProblems } from "@athena-engine/athena-core/endpoints/chart/ListProblems"
import { ListVaccines } from "@athena-engine/athena-core/endpoints/chart/ListVaccines"
import { ListVitals } from "@athena-engine/athena-core/endpoints/chart/ListVitals"
import { ChangedClaims, ChangedClaimsSubscription } from "@athena-engine/athena-core/endpoints/claims/ChangedClaims"
import { GetClaim } from "@athena-engine/athena-core/endpoints/claims/GetClaim"
import { ListClaims } from "@athena-engine/athena-core/endpoints/claims/ListClaims"
import {
  ChangedLabResults,
  ChangedLabResultsSubscription
} from "@athena-engine/athena-core/endpoints/documents/ChangedLabResults"
import { ChangedOrders, ChangedOrdersSubscription } from "@athena-engine/athena-core/endpoints/documents/ChangedOrders"
import {
  ChangedPatientCases,
  ChangedPatientCasesSubscription
} from "@athena-engine/athena-core/endpoints/documents/ChangedPatientCases"
import {
  ChangedPrescriptions,
  ChangedPrescriptionsSubscription
} from "@athena-engine/athena-core/endpoints/documents/ChangedPrescriptions"
import { ListPatientInsurances } from "@athena-engine/athena-core/endpoints/insurances/ListPatientInsurances"
import {
  ChangedPatients,
  ChangedPatientsSubscription
} from "@athena-engine/athena-core/endpoints/patients/ChangedPatients"
import { CreatePatient } from "@athena-engine/athena-core/endpoints/patients/CreatePatient"
import { FindMatchingPatients } from "@athena-engine/athena-core/endpoints/patients/FindMatchingPatients"
import { SearchPatients } from "@athena-engine/athena-core/endpoints/patients/SearchPatients"
import { UpdatePatient } from "@athena-engine/athena-core/endpoints/patients/UpdatePatient"
import {
  ChangedProviders,
  ChangedProvidersSubscription
} from "@athena-engine/athena-core/endpoints/practice/ChangedProviders"
import type { ChangeFeed } from "../world/ChangeFeed.ts"
import type { Feeds } from "../world/Feeds.ts"
import { bestMatch } from "./bestMatch.ts"
import {
  changedClaims,
  changedLabResults,
  changedOrders,
  changedPatientCases,
  changedPatients,
  changedPrescriptions,
  changedProviders
} from "./changedData.ts"
import { chart, type chartSections, encounter } from "./chart.ts"
import { claim, claims } from "./claims.ts"
import { subscribe, subscription, subscriptionEvents, unsubscribe } from "./feedSubscription.ts"
import { patientInsurances } from "./patientInsurances.ts"
import { patientSearch } from "./patientSearch.ts"
import { createPatient, updatePatient } from "./patientWrites.ts"
import type { RouteAnswer } from "./RouteAnswer.ts"
import type { RouteContext } from "./RouteContext.ts"

export const patientRoutes = {
  patientSearch: SearchPatients.description,
  bestMatch: FindMatchingPatients.description,
  createPatient: CreatePatient.description,
  updatePatient: UpdatePatient.description,
  insurances: ListPatientInsurances.description,
  claims: ListClaims.description,
  claim: GetClaim.description,
  problems: ListProblems.description,
  medications: ListMedications.description,
  allergies: ListAllergies.description,
  vaccines: ListVaccines.description,
  vitals: ListVitals.description,
  encounters: ListEncounters.description,
  encounter: GetEncounter.description,
  labresults: ListLabResults.description,
  changedClaims: ChangedClaims.description,
  claimsSubscription: ChangedClaimsSubscription.descriptions.read,
  claimsEvents: ChangedClaimsSubscription.descriptions.events,
  subscribeToClaims: ChangedClaimsSubscription.descriptions.subscribe,
  unsubscribeFromClaims: ChangedClaimsSubscription.descriptions.unsubscribe,
  changedLabResults: ChangedLabResults.description,
  labResultsSubscription: ChangedLabResultsSubscription.descriptions.read,
  labResultsEvents: ChangedLabResultsSubscription.descriptions.events,
  subscribeToLabResults: ChangedLabResultsSubscription.descriptions.subscribe,
  unsubscribeFromLabResults: ChangedLabResultsSubscription.descriptions.unsubscribe,
  changedOrders: ChangedOrders.description,
  ordersSubscription: ChangedOrdersSubscription.descriptions.read,
  ordersEvents: ChangedOrdersSubscription.descriptions.events,
  subscribeToOrders: ChangedOrdersSubscription.descriptions.subscribe,
  unsubscribeFromOrders: ChangedOrdersSubscription.descriptions.unsubscribe,
  changedPatientCases: ChangedPatientCases.description,
  patientCasesSubscription: ChangedPatientCasesSubscription.descriptions.read,
  patientCasesEvents: ChangedPatientCasesSubscription.descriptions.events,
  subscribeToPatientCases: ChangedPatientCasesSubscription.descriptions.subscribe,
  unsubscribeFromPatientCases: ChangedPatientCasesSubscription.descriptions.unsubscribe,
  changedPrescriptions: ChangedPrescriptions.description,
  prescriptionsSubscription: ChangedPrescriptionsSubscription.descriptions.read,
  prescriptionsEvents: ChangedPrescriptionsSubscription.descriptions.events,
  subscribeToPrescriptions: ChangedPrescriptionsSubscription.descriptions.subscribe,
  unsubscribeFromPrescriptions: ChangedPrescriptionsSubscription.descriptions.unsubscribe,
  changedPatients: ChangedPatients.description,
  patientsSubscription: ChangedPatientsSubscription.descriptions.read,
  patientsEvents: ChangedPatientsSubscription.descriptions.events,
  subscribeToPatients: ChangedPatientsSubscription.descriptions.subscribe,
  unsubscribeFromPatients: ChangedPatientsSubscription.descriptions.unsubscribe,
  changedProviders: ChangedProviders.description,
  providersSubscription: ChangedProvidersSubscription.descriptions.read,
  providersEvents: ChangedProvidersSubscription.descriptions.events,
  subscribeToProviders: ChangedProvidersSubscription.descriptions.subscribe,
  unsubscribeFromProviders: ChangedProvidersSubscription.descriptions.unsubscribe
} as const

type PatientRoute = keyof typeof patientRoutes

type Answer = (context: RouteContext) => RouteAnswer

const feedOf =
  (name: keyof Feeds, answer: (context: RouteContext, feed: ChangeFeed) => RouteAnswer): Answer =>
  (context) =>
    answer(context, context.practice.feeds[name])

const section =
  (name: keyof typeof chartSections): Answer =>
  (context) =>
    chart(context, name)

const eventsOf = (_context: RouteContext, feed: ChangeFeed): RouteAnswer => subscriptionEvents(feed)

const answers: Readonly<Record<PatientRoute, Answer>> = {
  patientSearch,
  bestMatch,
  createPatient,
  updatePatient,
  insurances: patientInsurances,
  claims,
  claim,
  problems: section("problems"),
  medications: section("medications"),
  allergies: section("allergies"),
  vaccines: section("vaccines"),
  vitals: section("vitals"),
  encounters: section("encounters"),
  encounter,
  labresults: section("labresults"),
  changedClaims,
  claimsSubscription: feedOf("claims", subscription),
  claimsEvents: feedOf("claims", eventsOf),
  subscribeToClaims: feedOf("claims", subscribe),
  unsubscribeFromClaims: feedOf("claims", unsubscribe),
  changedLabResults,
  labResultsSubscription: feedOf("labResults", subscription),
  labResultsEvents: feedOf("labResults", eventsOf),
  subscribeToLabResults: feedOf("labResults", subscribe),
  unsubscribeFromLabResults: feedOf("labResults", unsubscribe),
  changedOrders,
  ordersSubscription: feedOf("orders", subscription),
  ordersEvents: feedOf("orders", eventsOf),
  subscribeToOrders: feedOf("orders", subscribe),
  unsubscribeFromOrders: feedOf("orders", unsubscribe),
  changedPatientCases,
  patientCasesSubscription: feedOf("patientCases", subscription),
  patientCasesEvents: feedOf("patientCases", eventsOf),
  subscribeToPatientCases: feedOf("patientCases", subscribe),
  unsubscribeFromPatientCases: feedOf("patientCases", unsubscribe),
  changedPrescriptions,
  prescriptionsSubscription: feedOf("prescriptions", subscription),
  prescriptionsEvents: feedOf("prescriptions", eventsOf),
  subscribeToPrescriptions: feedOf("prescriptions", subscribe),
  unsubscribeFromPrescriptions: feedOf("prescriptions", unsubscribe),
  changedPatients,
  patientsSubscription: feedOf("patients", subscription),
  patientsEvents: feedOf("patients", eventsOf),
  subscribeToPatients: feedOf("patients", subscribe),
  unsubscribeFromPatients: feedOf("patients", unsubscribe),
  changedProviders,
  providersSubscription: feedOf("providers", subscription),
  providersEvents: feedOf("providers", eventsOf),
  subscribeToProviders: feedOf("providers", subscribe),
  unsubscribeFromProviders: feedOf("providers", unsubscribe)
}

/** The answer of an endpoint of this family. */
export const answerPatientRoute = (name: PatientRoute, context: RouteContext): RouteAnswer => answers[name](context)

/** Whether an endpoint is of this family. */
export const isPatientRoute = (name: string): name is PatientRoute => Object.hasOwn(answers, name)
