/** The providers of one practice. Deleted ones stay readable by id [assumed], and are in no list. */
import type { Provider } from "./PracticeProfile.ts"

export class ProviderRegister {
  readonly #providers: Map<string, Provider>
  readonly #deleted = new Set<string>()
  #nextId = 9001

  constructor(providers: ReadonlyArray<Provider>) {
    this.#providers = new Map(providers.map((provider) => [provider.id, provider]))
  }

  /** Deleted ones too. */
  get(id: string): Provider | undefined {
    return this.#providers.get(id)
  }

  /** Whether somebody can be booked with them. */
  has(id: string): boolean {
    return this.#providers.has(id) && !this.#deleted.has(id)
  }

  /** All but the deleted ones. */
  get all(): ReadonlyArray<Provider> {
    return [...this.#providers.values()].filter(({ id }) => !this.#deleted.has(id))
  }

  /** Adds a provider, or changes the one with their id. */
  put(provider: Provider): void {
    this.#providers.set(provider.id, provider)
  }

  setDeleted(id: string, isDeleted: boolean): void {
    if (isDeleted) this.#deleted.add(id)
    else this.#deleted.delete(id)
  }

  /** An id that no provider has. */
  newId(): string {
    return String(this.#nextId++)
  }
}
