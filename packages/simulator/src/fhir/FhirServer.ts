/**
 * The FHIR server of the simulated host: reads and searches over the same practices as `/v1`, topics, and subscriptions.
 *
 * - The practice comes from `ah-practice`, or from the logical id that is read. A search without it, or with a bare
 *   number for an id, is refused as an "Invalid FHIR request".
 * - Each type of resource needs its own scope, `system/Patient.read` and so on.
 * - Subscriptions are the app's, whatever practice they are filtered to. `events/` delivers what they ask for.
 */
import type { SimulatedRequest } from "../http/SimulatedRequest.ts"
import { vendorJson } from "../render/json.ts"
import { type FhirRouteName, fhirRoutes } from "../routes/fhirRoutes.ts"
import { type BodyAnswer, type RouteAnswer, refuse } from "../routes/RouteAnswer.ts"
import { parseIsoDate } from "../world/calendar.ts"
import type { Person } from "../world/Person.ts"
import type { PracticeWorld } from "../world/PracticeWorld.ts"
import { pageOf, type Search, searchBundle, searchOf } from "./bundle.ts"
import { type LogicalId, parseLogicalId, practiceNamed } from "./fhirIds.ts"
import {
  fhirContentType,
  invalidFhirRequest,
  operationOutcome,
  practiceForbidden,
  unknownResource
} from "./operationOutcome.ts"
import { organizationResources, practitionerResources } from "./organizations.ts"
import { appointmentResource, chartResources, encounterResource, patientResource, type Rendered } from "./resources.ts"
import { type SubscriptionStore, shownSubscription } from "./SubscriptionStore.ts"
import { topicResource, topics } from "./topics.ts"

/** What the server is given of a request. */
export interface FhirContext {
  readonly request: SimulatedRequest
  /** The last path segment, where the template ends with an id. */
  readonly id: string
  /** Those that authorised the app, by id. */
  readonly practices: ReadonlyMap<string, PracticeWorld>
  /** Set while a fault plants it in what identifies. */
  readonly marker: string | undefined
  /** The world's time, epoch milliseconds. */
  readonly now: number
}

/** The type of resource that a route is about: `Patient`. */
const typeOf = (route: FhirRouteName): string => fhirRoutes[route].path.split("/")[3] ?? ""

/** Whether a token's scopes open a route. */
export const isOpenTo = (scopes: ReadonlyArray<string>, route: FhirRouteName): boolean => {
  const accesses = fhirRoutes[route].verb === "GET" ? ["read", "r", "rs", "cruds"] : ["write", "cud", "cruds"]
  return [typeOf(route), "*"].some((type) => accesses.some((access) => scopes.includes(`system/${type}.${access}`)))
}

/** The practice that a request is about, whose limits it counts against; `1` where it is about none. */
export const practiceOf = (request: SimulatedRequest, id: string | undefined): string => {
  const [, query = ""] = request.path.split("?")
  const search = searchOf(query)
  return (
    practiceNamed(id ?? "") ??
    parseLogicalId(id ?? "")?.practiceId ??
    practiceNamed(search?.parameters.get("ah-practice") ?? "") ??
    practiceNamed(filterOf(parsed(request.body))?.replace(/^ah-practice=/, "") ?? "") ??
    "1"
  )
}

const parsed = (body: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const json: unknown = JSON.parse(body)
    return typeof json === "object" && json !== null && !Array.isArray(json) ? { ...json } : undefined
  } catch {
    return undefined
  }
}

/** `ah-practice=Organization/a-1.Practice-195900`, as a subscription has it. */
const filterOf = (subscription: Readonly<Record<string, unknown>> | undefined): string | undefined =>
  /"valueString":"(ah-practice=[^"]+)"/.exec(JSON.stringify(subscription ?? {}))?.[1]

const body = (resource: object, patientIds: ReadonlyArray<number | undefined> = [], status = 200): BodyAnswer => ({
  _tag: "Body",
  status,
  contentType: fhirContentType,
  body: vendorJson(resource),
  patientIds: [...new Set(patientIds.filter((id) => id !== undefined))].map(String)
})

export class FhirServer {
  readonly #subscriptions: SubscriptionStore

  constructor(subscriptions: SubscriptionStore) {
    this.#subscriptions = subscriptions
  }

  answer(route: FhirRouteName, context: FhirContext): RouteAnswer {
    switch (route) {
      case "fhirTopics":
        return this.#whole(context, topics.map(topicResource), undefined)
      case "fhirTopic":
        return topics.includes(context.id) ? body(topicResource(context.id)) : refuse(unknownResource)
      case "fhirSubscriptions":
        return this.#listSubscriptions(context)
      case "fhirSubscription": {
        const found = this.#subscriptions.get(context.id)
        return found === undefined ? refuse(unknownResource) : body(shownSubscription(found, context.now))
      }
      case "fhirSubscriptionCreate":
        return this.#subscribe(context)
      case "fhirSubscriptionDelete":
        return this.#subscriptions.remove(context.id)
          ? { _tag: "Body", status: 204, contentType: fhirContentType, body: "" }
          : refuse(unknownResource)
      default:
        return route.endsWith("Search") ? searched(route, context) : read(route, context)
    }
  }

  #listSubscriptions(context: FhirContext): RouteAnswer {
    const resources = this.#subscriptions.all.map((one) => shownSubscription(one, context.now))
    return this.#whole(context, resources, resources.length)
  }

  /** A Bundle without pages. */
  #whole(context: FhirContext, resources: ReadonlyArray<object>, total: number | undefined): RouteAnswer {
    const entry = resources.map((resource) => ({
      fullUrl: `${selfOf(context)}/${Reflect.get(resource, "id")}`,
      resource
    }))
    return body({
      resourceType: "Bundle",
      type: "searchset",
      ...(total === undefined ? {} : { total }),
      ...(entry.length === 0 ? {} : { entry })
    })
  }

  /** [assumed] that what cannot be subscribed to is refused so. */
  #subscribe({ now, practices, request }: FhirContext): RouteAnswer {
    const asked = parsed(request.body)
    const criteria = asked?.["criteria"]
    const topic = typeof criteria === "string" ? criteria.split("/").at(-1) : undefined
    const practiceId = practiceNamed(filterOf(asked)?.replace(/^ah-practice=/, "") ?? "")
    if (asked?.["resourceType"] !== "Subscription" || topic === undefined || !topics.includes(topic)) {
      return refuse(operationOutcome(400, "invalid", "Unknown subscription topic"))
    }
    if (practiceId === undefined) return refuse(invalidFhirRequest)
    if (!practices.has(practiceId)) return refuse(practiceForbidden)
    const endpoint = endpointOf(asked)
    if (endpoint === undefined) return refuse(operationOutcome(400, "invalid", "Unsupported channel"))
    const end = typeof asked["end"] === "string" ? Date.parse(asked["end"]) : undefined
    if (end !== undefined && !(end > now)) return refuse(operationOutcome(400, "invalid", "Invalid end"))
    const secret = request.headers["x-hub-secret"]
    return body(this.#subscriptions.add(asked, { topic, practiceId, endpoint, endsAt: end, secret }).resource, [], 201)
  }
}

/** Where a subscription's notifications are to go: rest-hook is the only channel that there is. */
const endpointOf = (subscription: Readonly<Record<string, unknown>>): string | undefined => {
  const channel = subscription["channel"]
  if (typeof channel !== "object" || channel === null) return undefined
  const { endpoint, type } = channel as { readonly endpoint?: unknown; readonly type?: unknown }
  return type === "rest-hook" &&
    typeof endpoint === "string" &&
    /^https?:\/\/./.test(endpoint) &&
    URL.canParse(endpoint)
    ? endpoint
    : undefined
}

const selfOf = ({ request }: FhirContext): string =>
  `http://${request.headers["host"] ?? "simulator.invalid"}${request.path.split("?")[0]}`

const markedWith = (marker: string | undefined) => (text: string) => (marker === undefined ? text : `${text} ${marker}`)

const read = (route: FhirRouteName, context: FhirContext): RouteAnswer => {
  const id = parseLogicalId(context.id)
  if (id === undefined) return refuse(invalidFhirRequest)
  const practice = context.practices.get(practiceNamed(context.id) ?? id.practiceId)
  if (practice === undefined) return refuse(practiceForbidden)
  const found = readOne(typeOf(route), practice, id, context)
  return found === undefined ? refuse(unknownResource) : body(found.resource, [found.patientId])
}

const readOne = (type: string, practice: PracticeWorld, id: LogicalId, context: FhirContext): Rendered | undefined => {
  if (type === "Patient") {
    const person = id.kind === "E" ? practice.patients.get(Number(id.localId)) : undefined
    return person === undefined ? undefined : patientResource(practice, person, markedWith(context.marker))
  }
  return candidates(type, practice, id).find(({ resource }) => resource.id === context.id)
}

const ofPractices = { Practitioner: practitionerResources, Organization: organizationResources } as const

/** Where a resource may be, by its id. An entry of a chart has its patient's number in its own. */
const candidates = (type: string, practice: PracticeWorld, id: LogicalId): ReadonlyArray<Rendered> => {
  if (type in ofPractices) return ofPractices[type as keyof typeof ofPractices](practice)
  if (type === "Appointment" || type === "Encounter") {
    const render = type === "Appointment" ? appointmentResource : encounterResource
    return practice.appointments.all().flatMap((row) => render(practice, row) ?? [])
  }
  const end = Math.floor(Number(id.localId.replace(/\D/g, "")) / 10)
  return practice.patients
    .all()
    .filter((person) => person.id % 100_000 === end)
    .flatMap((person) => inChart(type, practice, person))
}

const inChart = (type: string, practice: PracticeWorld, person: Person): ReadonlyArray<Rendered> =>
  type in chartResources ? chartResources[type as keyof typeof chartResources](practice, person) : []

const searched = (route: FhirRouteName, context: FhirContext): RouteAnswer => {
  const [, query = ""] = context.request.path.split("?")
  const search = searchOf(query)
  const practiceId = practiceNamed(search?.parameters.get("ah-practice") ?? "")
  if (search === undefined || practiceId === undefined) return refuse(invalidFhirRequest)
  const practice = context.practices.get(practiceId)
  if (practice === undefined) return refuse(practiceForbidden)
  const found = matching(typeOf(route), practice, search, context)
  if (found === undefined) return refuse(invalidFhirRequest)
  const shown = pageOf(search, found).map(({ patientId }) => patientId)
  return body(
    searchBundle(
      search,
      found.map(({ resource }) => resource),
      selfOf(context),
      undefined
    ),
    shown
  )
}

/** `undefined` if a search lacks what it needs, or names it in a form that is none of FHIR's. */
const matching = (
  type: string,
  practice: PracticeWorld,
  { parameters }: Search,
  context: FhirContext
): ReadonlyArray<Rendered> | undefined => {
  const byId = parameters.get("_id")
  if (byId !== null) {
    const id = parseLogicalId(byId)
    if (id === undefined) return undefined
    const found = readOne(type, practice, id, { ...context, id: byId })
    return found === undefined ? [] : [found]
  }
  if (type === "Patient") return patients(practice, parameters, context.marker)
  if (type in ofPractices) {
    return ofPractices[type as keyof typeof ofPractices](practice).filter(({ resource }) =>
      isNamed(resource, parameters.get("name")?.toLowerCase())
    )
  }
  const patient = parseLogicalId(parameters.get("patient") ?? "")
  if (type === "Appointment" || patient?.kind !== "E" || patient.practiceId !== practice.id) return undefined
  if (type === "MedicationRequest" && !parameters.has("intent")) return undefined
  const person = practice.patients.get(Number(patient.localId))
  if (person === undefined) return []
  if (type !== "Encounter") return inChart(type, practice, person)
  return practice.appointments
    .all()
    .filter((row) => row.patientId === person.id)
    .flatMap((row) => encounterResource(practice, row) ?? [])
}

/** Whether a practitioner's or an organization's name, or a part of it, begins so. */
const isNamed = ({ name }: Rendered["resource"], beginning: string | undefined): boolean =>
  beginning === undefined || (JSON.stringify(name) ?? "").toLowerCase().includes(`"${beginning}`)

/** Names match by their beginning, in either case. At least one term is needed. */
const patients = (
  practice: PracticeWorld,
  parameters: URLSearchParams,
  marker: string | undefined
): ReadonlyArray<Rendered> | undefined => {
  const term = (name: string) => parameters.get(name)?.toLowerCase()
  const [name, family, given, gender] = [term("name"), term("family"), term("given"), term("gender")]
  const birthDay = parameters.has("birthdate") ? parseIsoDate(parameters.get("birthdate") ?? "") : undefined
  if ([name, family, given, gender, birthDay].every((value) => value === undefined)) return undefined
  const begins = (text: string | undefined, beginning: string | undefined) =>
    beginning === undefined || text?.toLowerCase().startsWith(beginning) === true
  return practice.patients
    .all()
    .filter(
      (person) =>
        person.status !== "deleted" &&
        (begins(person.firstName, name) || begins(person.lastName, name)) &&
        begins(person.lastName, family) &&
        begins(person.firstName, given) &&
        (birthDay === undefined || person.birthDay === birthDay)
    )
    .map((person) => patientResource(practice, person, markedWith(marker)))
    .filter(({ resource }) => gender === undefined || Reflect.get(resource, "gender") === gender)
}
