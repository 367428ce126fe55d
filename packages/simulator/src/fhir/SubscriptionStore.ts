/** The subscriptions of the app, kept as long as the simulator. */
import { uuidOf } from "../world/uuid.ts"

export interface StoredSubscription {
  readonly id: string
  /** As it was asked for, and active. */
  readonly resource: Readonly<Record<string, unknown>>
  readonly topic: string
  readonly practiceId: string
  /** Where notifications go. */
  readonly endpoint: string
  /** Epoch milliseconds of the world; it is over then. */
  readonly endsAt: number | undefined
  /** Signs its notifications; never shown. */
  readonly secret: string | undefined
}

export class SubscriptionStore {
  readonly #seed: number
  #made = 0
  readonly #subscriptions = new Map<string, StoredSubscription>()

  constructor(seed: number) {
    this.#seed = seed
  }

  get all(): ReadonlyArray<StoredSubscription> {
    return [...this.#subscriptions.values()]
  }

  get(id: string): StoredSubscription | undefined {
    return this.#subscriptions.get(id)
  }

  /** Those that a topic of a practice is told to, at a time of the world. */
  listeningTo(practiceId: string, topic: string, now: number): ReadonlyArray<StoredSubscription> {
    return this.all.filter(
      (one) => one.practiceId === practiceId && one.topic === topic && (one.endsAt === undefined || now < one.endsAt)
    )
  }

  /** Takes a subscription in; it is active at once. */
  add(asked: Readonly<Record<string, unknown>>, of: Omit<StoredSubscription, "id" | "resource">): StoredSubscription {
    this.#made++
    const id = uuidOf(`subscription/${this.#seed}/${this.#made}`)
    const stored = { ...of, id, resource: { ...asked, id, status: "active" } }
    this.#subscriptions.set(id, stored)
    return stored
  }

  /** Whether there was one. */
  remove(id: string): boolean {
    return this.#subscriptions.delete(id)
  }
}

/** The resource as it is shown. One that is over says so [assumed]. */
export const shownSubscription = ({ endsAt, resource }: StoredSubscription, now: number): object =>
  endsAt !== undefined && endsAt <= now ? { ...resource, status: "off" } : resource
