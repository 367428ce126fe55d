import { Context, Layer } from "effect"
import type { ClientCredentials } from "../credentials/ClientCredentials.ts"
import type { Environment } from "./Environment.ts"

/** Which athenahealth a program talks to, and as which app. */
export interface ConnectionOptions {
  readonly environment: Environment
  /** `https://api.preview.platform.athenahealth.com`, or a test server's. No trailing slash. */
  readonly origin: string
  readonly credentials: ClientCredentials
  /** OAuth 2.0 scope; `athena/service/Athenanet.MDP.*` opens the `/v1` API. */
  readonly scope: string
}

/** Names what the calls of one app share, in whatever process: the origin without its scheme, and the client id. */
export const appOf = ({ credentials, origin }: Pick<ConnectionOptions, "credentials" | "origin">): string =>
  `${origin.replace(/^https?:\/\//, "")}/${credentials.clientId}`

export const defaultScope = "athena/service/Athenanet.MDP.*"

export class Connection extends Context.Service<Connection, ConnectionOptions>()("athena-core/environment/Connection") {
  static readonly layer = (options: ConnectionOptions): Layer.Layer<Connection> => Layer.succeed(Connection, options)
}
