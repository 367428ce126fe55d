/**
 * What a client may take of the server before anything of it is known: time, headers, connections.
 *
 * Node checks times every `checkMilliseconds` only, so that a client is cut off that much later at most.
 */
export interface ConnectionLimits {
  /** From the first byte, or from the connection, to the end of the headers; 5 s by default. The vendor itself gives up after 2. */
  readonly headersMilliseconds: number
  /** To the end of the body; 10 s by default. */
  readonly requestMilliseconds: number
  /** 500 ms by default. */
  readonly checkMilliseconds: number
  /** Between two requests; 65 s by default, longer than the 60 s after which most load balancers give up a connection of theirs. */
  readonly idleMilliseconds: number
  /** All headers of a request together; 16 KiB by default. */
  readonly headerBytes: number
  /** Requests over one connection, 10,000 by default. Then it is closed, and a balanced client finds another server. */
  readonly requestsPerConnection: number
  /** 2,048 by default. At nine tenths of them those that are idle are closed. */
  readonly connections: number
  /** Of one address, or of one IPv6 network of 2^64; 512 by default. Trusted proxies have no such limit. */
  readonly connectionsPerAddress: number
}

export const defaultConnectionLimits: ConnectionLimits = {
  headersMilliseconds: 5000,
  requestMilliseconds: 10_000,
  checkMilliseconds: 500,
  idleMilliseconds: 65_000,
  headerBytes: 16_384,
  requestsPerConnection: 10_000,
  connections: 2048,
  connectionsPerAddress: 512
}
