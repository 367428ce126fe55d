/** What the simulator saw: for tests that ask how a client behaved. */

export interface Statistics {
  /** Every request to the vendor's paths, the token endpoint's included. */
  readonly requests: number
  readonly tokensIssued: number
  readonly tokenRequests: number
  /** Requests whose token was refused: missing, unknown, dead or expired. */
  readonly tokenRefusals: number
  /** Most requests at once between arrival and answer; latency faults make it visible. */
  readonly maxInFlight: number
  /** Most requests to practices of any sliding second, over all of them, refused ones included. */
  readonly maxPerSecond: number
  readonly practices: Readonly<Record<string, PracticeStatistics>>
  /** Every answer with patient data that was given, in order. */
  readonly disclosures: ReadonlyArray<Disclosure>
  /** How often each fault of the plan struck, by kind. */
  readonly faults: Readonly<Record<string, number>>
}

export interface PracticeStatistics {
  readonly requests: number
  /** Let in by the limits, whatever became of them then. */
  readonly accepted: number
  /** Refused by a limit or the daily quota. */
  readonly refused: number
  /** By route name. */
  readonly routes: Readonly<Record<string, number>>
  /** Most requests of any sliding second, refused ones included. */
  readonly maxPerSecond: number
  readonly maxInFlight: number
}

export interface Disclosure {
  readonly practiceId: string
  readonly route: string
  readonly requestId: string
  readonly patientIds: ReadonlyArray<string>
  /** Epoch milliseconds of the clock. */
  readonly at: number
}
