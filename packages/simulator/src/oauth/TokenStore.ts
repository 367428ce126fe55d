/** The access tokens in circulation, and the quota of new ones. */
import { bitsOf } from "../world/random.ts"
import type { SimulatedClient } from "./SimulatedClient.ts"

export interface IssuedToken {
  readonly value: string
  readonly scopes: ReadonlyArray<string>
  readonly expiresAt: number
  readonly client: SimulatedClient
}

export class TokenStore {
  #issued = 0
  #minute = -1
  #asked = 0
  readonly #tokens = new Map<string, IssuedToken>()
  readonly #seed: number

  constructor(seed: number) {
    this.#seed = seed
  }

  /** Counts a request for a token; the count starts anew at the top of every minute. Answers how many are left, negative when over. */
  countRequest(now: number, perMinute: number): number {
    const minute = Math.floor(now / 60_000)
    if (minute !== this.#minute) this.#asked = 0
    this.#minute = minute
    this.#asked++
    return perMinute - this.#asked
  }

  issue(now: number, lifetimeSeconds: number, scopes: ReadonlyArray<string>, client: SimulatedClient): IssuedToken {
    this.#issued++
    for (const token of this.#tokens.values()) if (token.expiresAt <= now) this.#tokens.delete(token.value)
    // Three dotted parts, as a JWT has; opaque to everybody.
    const part = (n: number) => bitsOf(`${this.#seed}/${this.#issued}/${n}`).toString(36).padStart(7, "0")
    const value = `sim${part(1)}.${part(2)}${part(3)}.${part(4)}${this.#issued}`
    const token = { value, scopes, client, expiresAt: now + lifetimeSeconds * 1000 }
    this.#tokens.set(value, token)
    return token
  }

  find(value: string): IssuedToken | undefined {
    return this.#tokens.get(value)
  }

  /** The token is unknown from now on, before its time. */
  kill(value: string): void {
    this.#tokens.delete(value)
  }

  /** How many were ever issued. */
  get issued(): number {
    return this.#issued
  }
}
