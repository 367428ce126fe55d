/** Counts while requests come in, and tells as `Statistics`. */
import { SlidingWindow } from "../limits/SlidingWindow.ts"
import type { Disclosure, PracticeStatistics, Statistics } from "./Statistics.ts"

export class Recorder {
  #requests = 0
  #tokensIssued = 0
  #tokenRequests = 0
  #tokenRefusals = 0
  #inFlight = 0
  #maxInFlight = 0
  #window = new SlidingWindow()
  #maxPerSecond = 0
  #practices = new Map<string, PracticeCount>()
  #disclosures: Array<Disclosure> = []
  #faults = new Map<string, number>()

  arrived(practiceId: string | undefined, now: number): void {
    this.#requests++
    this.#inFlight++
    this.#maxInFlight = Math.max(this.#maxInFlight, this.#inFlight)
    if (practiceId === undefined) return
    this.#window.add(now)
    this.#maxPerSecond = Math.max(this.#maxPerSecond, this.#window.count(now, 1000))
    const practice = this.#practice(practiceId)
    practice.requests++
    practice.inFlight++
    practice.maxInFlight = Math.max(practice.maxInFlight, practice.inFlight)
    practice.window.add(now)
    practice.maxPerSecond = Math.max(practice.maxPerSecond, practice.window.count(now, 1000))
  }

  left(practiceId: string | undefined): void {
    this.#inFlight = Math.max(0, this.#inFlight - 1)
    if (practiceId === undefined) return
    const practice = this.#practice(practiceId)
    practice.inFlight = Math.max(0, practice.inFlight - 1)
  }

  routed(practiceId: string, route: string): void {
    const { routes } = this.#practice(practiceId)
    routes.set(route, (routes.get(route) ?? 0) + 1)
  }

  accepted(practiceId: string): void {
    this.#practice(practiceId).accepted++
  }

  refused(practiceId: string): void {
    this.#practice(practiceId).refused++
  }

  tokenRequested(issued: boolean): void {
    this.#tokenRequests++
    if (issued) this.#tokensIssued++
  }

  tokenRefused(): void {
    this.#tokenRefusals++
  }

  disclosed(disclosure: Disclosure): void {
    this.#disclosures.push(disclosure)
  }

  faultStruck(kind: string): void {
    this.#faults.set(kind, (this.#faults.get(kind) ?? 0) + 1)
  }

  /** Counts start anew; requests in flight stay in flight. */
  reset(): void {
    this.#requests = this.#tokensIssued = this.#tokenRequests = this.#tokenRefusals = 0
    this.#maxInFlight = this.#inFlight
    this.#window = new SlidingWindow()
    this.#maxPerSecond = 0
    this.#disclosures = []
    this.#faults.clear()
    const inFlight = [...this.#practices].map(([id, practice]) => [id, practice.inFlight] as const)
    this.#practices = new Map(
      inFlight.map(([id, count]) => [id, { ...emptyCount(), inFlight: count, maxInFlight: count }])
    )
  }

  tell(): Statistics {
    return {
      requests: this.#requests,
      tokensIssued: this.#tokensIssued,
      tokenRequests: this.#tokenRequests,
      tokenRefusals: this.#tokenRefusals,
      maxInFlight: this.#maxInFlight,
      maxPerSecond: this.#maxPerSecond,
      practices: Object.fromEntries([...this.#practices].map(([id, practice]) => [id, told(practice)])),
      disclosures: [...this.#disclosures],
      faults: Object.fromEntries(this.#faults)
    }
  }

  #practice(id: string): PracticeCount {
    const known = this.#practices.get(id)
    if (known !== undefined) return known
    const practice = emptyCount()
    this.#practices.set(id, practice)
    return practice
  }
}

interface PracticeCount {
  requests: number
  accepted: number
  refused: number
  inFlight: number
  maxInFlight: number
  maxPerSecond: number
  readonly routes: Map<string, number>
  readonly window: SlidingWindow
}

const emptyCount = (): PracticeCount => ({
  requests: 0,
  accepted: 0,
  refused: 0,
  inFlight: 0,
  maxInFlight: 0,
  maxPerSecond: 0,
  routes: new Map(),
  window: new SlidingWindow()
})

const told = (practice: PracticeCount): PracticeStatistics => ({
  requests: practice.requests,
  accepted: practice.accepted,
  refused: practice.refused,
  routes: Object.fromEntries(practice.routes),
  maxPerSecond: practice.maxPerSecond,
  maxInFlight: practice.maxInFlight
})
