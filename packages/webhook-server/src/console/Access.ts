/**
 * Who may see the console. With a token: whoever knows it, for twelve hours; without one, everybody who reaches the address, which is
 * then of the loopback interface.
 *
 * What a browser is given is derived from the token and says nothing of it: `<ends>.<random>.<code over both>`. All copies that
 * have the same token take it, and none remembers it. The token of a form is derived from it in turn, so a page elsewhere, which
 * can send a form and read nothing, cannot have it.
 */
import { createHmac, randomBytes, scryptSync, timingSafeEqual } from "node:crypto"
import { Redacted } from "effect"

/** How long a session lasts. */
export const sessionSeconds = 12 * 3600

export class Access {
  readonly #key: Buffer
  readonly #token: Buffer | undefined

  constructor(token: Redacted.Redacted | undefined) {
    // Slow by intent: whoever gets hold of a session should not find the token by trying.
    this.#key = token === undefined ? randomBytes(32) : scryptSync(Redacted.value(token), "athena-console", 32)
    this.#token = token === undefined ? undefined : this.#code("token", Redacted.value(token))
  }

  get needsToken(): boolean {
    return this.#token !== undefined
  }

  /** Takes as long, whatever is wrong with it. */
  isToken(given: string): boolean {
    return this.#token !== undefined && timingSafeEqual(this.#code("token", given), this.#token)
  }

  newSession(nowMillis: number): string {
    const told = `${Math.floor(nowMillis / 1000) + sessionSeconds}.${randomBytes(16).toString("base64url")}`
    return `${told}.${this.#code("session", told).toString("base64url")}`
  }

  isSession(session: string, nowMillis: number): boolean {
    const [ends = "", random = "", code = "", ...more] = session.split(".")
    const isOurs = isSame(Buffer.from(code, "base64url"), this.#code("session", `${ends}.${random}`))
    return isOurs && more.length === 0 && Number(ends) * 1000 > nowMillis
  }

  /** What the forms of the session's pages hold; the session is empty where none is needed. */
  formToken(session: string): string {
    return this.#code("form", session).toString("base64url")
  }

  isFormToken(given: string, session: string): boolean {
    return isSame(Buffer.from(given, "base64url"), this.#code("form", session))
  }

  #code(purpose: string, text: string): Buffer {
    return createHmac("sha256", this.#key).update(`${purpose}:${text}`).digest()
  }
}

const isSame = (one: Buffer, other: Buffer) => one.length === other.length && timingSafeEqual(one, other)
