/** What an endpoint is given. */
import type { Mutation, MutationRefused, MutationResult } from "../mutations/Mutation.ts"
import type { PracticeWorld } from "../world/PracticeWorld.ts"
import type { Query } from "./Query.ts"

export interface RouteContext {
  readonly practice: PracticeWorld
  /** The query string, and the fields of a form. */
  readonly query: Query
  /** Path without query string, for `next`. */
  readonly path: string
  /** The last of the ids in the path: `31` of `/patients/31` and of `/patients/31/insurances`. */
  readonly id: string
  /** Set while a fault plants it in every free-text and identifying string. */
  readonly marker: string | undefined
  readonly settings: RouteSettings
  /** The world's time, epoch milliseconds. */
  readonly now: number
  /** Makes something happen in the world, now; answers with why not rather than throwing it. */
  readonly mutate: (mutation: Mutation) => MutationResult | MutationRefused
}

export interface RouteSettings {
  /** Most rows of one page; a greater `limit` is cut to it silently. */
  readonly maxRows: number
  readonly totalCountAs: "number" | "text" | "drift"
  readonly unknownPatient: 400 | 404 | "empty"
  readonly unknownAppointment: 400 | 404 | "empty"
  /** How long until a subscription to a feed takes effect. */
  readonly subscriptionDelaySeconds: number
  /** How long a feed keeps what waits to be read, and what was read and can be shown again. */
  readonly waitingChangesKeptHours: number
  readonly readChangesKeptHours: number
}
