/**
 * How much unverified traffic an address may send: so many requests in each window.
 *
 * However many addresses there are, so many are remembered; those that come when the window is full share one count.
 */
import type * as NetAddress from "effect/net/NetAddress"
import { networkOf } from "./networkOf.ts"

export interface Options {
  readonly requestsPerWindow: number
  readonly windowMilliseconds: number
  /** Addresses that are remembered in a window. */
  readonly maxAddresses: number
}

export class AddressLimit {
  readonly #options: Options
  readonly #now: () => number
  #counts = new Map<string, number>()
  #endsAt = 0

  constructor(options: Options, now: () => number) {
    this.#options = options
    this.#now = now
  }

  /** Counts a request, and says whether it is within the limit. */
  take(address: NetAddress.IpAddress | undefined): boolean {
    const now = this.#now()
    if (now >= this.#endsAt) {
      this.#counts = new Map()
      this.#endsAt = now + this.#options.windowMilliseconds
    }
    const key = this.#keyOf(address)
    const count = (this.#counts.get(key) ?? 0) + 1
    this.#counts.set(key, count)
    return count <= this.#options.requestsPerWindow
  }

  /** How many addresses are remembered now. */
  get size(): number {
    return this.#counts.size
  }

  /** Whole seconds until the window ends. */
  get secondsLeft(): number {
    return Math.max(1, Math.ceil((this.#endsAt - this.#now()) / 1000))
  }

  #keyOf(address: NetAddress.IpAddress | undefined): string {
    const key = address === undefined ? unknown : networkOf(address)
    return this.#counts.has(key) || this.#counts.size < this.#options.maxAddresses ? key : others
  }
}

const unknown = "unknown"
const others = "others"
