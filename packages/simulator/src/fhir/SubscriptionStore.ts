/** The subscriptions of the app, kept as long as the simulator. */
import { bitsOf } from "../world/random.ts"

export interface StoredSubscription {
  readonly id: string
  /** As it was asked for, and active. */
  readonly resource: Readonly<Record<string, unknown>>
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

  /** Takes a subscription in; it is active at once. */
  add(asked: Readonly<Record<string, unknown>>, secret: string | undefined): StoredSubscription {
    this.#made++
    const id = this.#newId()
    const stored = { id, secret, resource: { ...asked, id, status: "active" } }
    this.#subscriptions.set(id, stored)
    return stored
  }

  /** Whether there was one. */
  remove(id: string): boolean {
    return this.#subscriptions.delete(id)
  }

  /** In the form of a UUID, the same with the same seed. */
  #newId(): string {
    const part = (n: number) => bitsOf(`subscription/${this.#seed}/${this.#made}/${n}`).toString(16).padStart(8, "0")
    const hex = `${part(1)}${part(2)}${part(3)}${part(4)}`.slice(0, 32)
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
  }
}
