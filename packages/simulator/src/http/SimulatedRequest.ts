/** A request as it arrives at the simulated host, from a socket or from memory. */
export interface SimulatedRequest {
  readonly method: string
  /** Path with query string, as sent. */
  readonly path: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
