/** How a simulated athenahealth is set up. Everything has a default. */
import type { NotificationPlan } from "./events/NotificationPlan.ts"
import { type FaultPlan, noFaults } from "./faults/FaultPlan.ts"
import type { Limits } from "./limits/Limits.ts"
import type { SimulatedClient } from "./oauth/SimulatedClient.ts"

export interface SimulatorOptions {
  /** People, appointments and ids follow from it; 1 by default. */
  readonly seed?: number
  /** `simulator` by default. */
  readonly clientId?: string
  /** `simulator-secret` by default. */
  readonly clientSecret?: string
  /** Apps beside that one; none by default. */
  readonly clients?: ReadonlyArray<SimulatedClient>
  /**
   * Appointments with a patient in June 2019, up to 1,000,000: a number for practice 195900, or by practice id.
   * By default 500 in 195900 and 120 in each of the others.
   */
  readonly volume?: number | Readonly<Record<string, number>>
  /** Practices of the world, from 195900 on, up to 1,000; 4 by default. Those behind the fourth are like 195900 and authorised. */
  readonly practices?: number
  /** Patients by practice id; by default 55 for 100 appointments, at least 60. */
  readonly patients?: Readonly<Record<string, number>>
  /** 3,600 by default. */
  readonly tokenLifetimeSeconds?: number
  /** How `expires_in` is written; `mixed` (the default) alternates. */
  readonly expiresIn?: "number" | "string" | "mixed"
  /** Most rows of a page; a greater `limit` is cut to it silently. 5,000 by default. */
  readonly maxRows?: number
  /** `drift` (the default): text in practice 195901, a number elsewhere. */
  readonly totalCountAs?: "number" | "text" | "drift"
  /** What an unknown patient id answers; 404 by default. */
  readonly unknownPatient?: 400 | 404 | "empty"
  /** What an unknown appointment id answers; 404 by default. */
  readonly unknownAppointment?: 400 | 404 | "empty"
  /** How long until a subscription to a feed, or its end, takes effect; 2 by default, up to 900 at the vendor's. */
  readonly subscriptionDelaySeconds?: number
  /** How long a feed keeps what waits to be read; 720 by default. The vendor does not say. */
  readonly waitingChangesKeptHours?: number
  /** How long a feed can show again what was read; 168 by default. The vendor does not say. */
  readonly readChangesKeptHours?: number
  /** Practices that exist, but did not authorise the app; 195903 by default. */
  readonly unauthorisedPractices?: ReadonlyArray<string>
  /** None but the token quota and the daily quota by default. */
  readonly limits?: Limits
  /** None by default. */
  readonly faults?: FaultPlan
  /** How notifications are sent, and what goes wrong with them; in good order by default. */
  readonly notifications?: NotificationPlan
  /** What the clock shows at the start, as an ISO instant: `2019-07-01T12:00:00Z` follows the generated past. The present by default. */
  readonly startsAt?: string
  /** Whether the clock stands still until it is moved; false by default. */
  readonly isClockStopped?: boolean
}

/** Options with every default filled in. */
export interface SimulatorSettings {
  readonly seed: number
  readonly clientId: string
  readonly clientSecret: string
  readonly clients: ReadonlyArray<SimulatedClient>
  readonly volume: Readonly<Record<string, number>>
  readonly practices: number
  readonly patients: Readonly<Record<string, number>>
  readonly tokenLifetimeSeconds: number
  readonly expiresIn: "number" | "string" | "mixed"
  readonly maxRows: number
  readonly totalCountAs: "number" | "text" | "drift"
  readonly unknownPatient: 400 | 404 | "empty"
  readonly unknownAppointment: 400 | 404 | "empty"
  readonly subscriptionDelaySeconds: number
  readonly waitingChangesKeptHours: number
  readonly readChangesKeptHours: number
  readonly unauthorisedPractices: ReadonlyArray<string>
  readonly limits: Limits
  readonly faults: FaultPlan
  readonly notifications: NotificationPlan
  readonly startsAt: string | undefined
  readonly isClockStopped: boolean
}

export const settingsOf = (options: SimulatorOptions): SimulatorSettings => ({
  seed: options.seed ?? 1,
  clientId: options.clientId ?? "simulator",
  clientSecret: options.clientSecret ?? "simulator-secret",
  clients: options.clients ?? [],
  volume: typeof options.volume === "number" ? { "195900": options.volume } : { "195900": 500, ...options.volume },
  practices: Math.min(1000, Math.max(4, options.practices ?? 4)),
  patients: options.patients ?? {},
  tokenLifetimeSeconds: options.tokenLifetimeSeconds ?? 3600,
  expiresIn: options.expiresIn ?? "mixed",
  maxRows: options.maxRows ?? 5000,
  totalCountAs: options.totalCountAs ?? "drift",
  unknownPatient: options.unknownPatient ?? 404,
  unknownAppointment: options.unknownAppointment ?? 404,
  subscriptionDelaySeconds: options.subscriptionDelaySeconds ?? 2,
  waitingChangesKeptHours: options.waitingChangesKeptHours ?? 720,
  readChangesKeptHours: options.readChangesKeptHours ?? 168,
  unauthorisedPractices: options.unauthorisedPractices ?? ["195903"],
  limits: options.limits ?? {},
  faults: options.faults ?? noFaults,
  notifications: options.notifications ?? {},
  startsAt: options.startsAt,
  isClockStopped: options.isClockStopped ?? false
})
