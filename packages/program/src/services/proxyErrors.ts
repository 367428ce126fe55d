/**
 * Tells what failed at the proxy from what failed behind it. Undici gives both the same codes, and tells a refusal only in
 * the text of an error, which never leaves the client: so the connections to a proxy fail with codes of our own.
 */
import * as Undici from "@effect/platform-node/Undici"

/** The proxy refused, or could not be connected to. Has no text of the proxy's, whose address may hold a password. */
class ProxyFailed extends Error {
  readonly code: string
  constructor(code: string) {
    super(code)
    this.name = "ProxyFailed"
    this.code = code
  }
}

const codeOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : "UNREACHABLE"

type Connector = ReturnType<typeof Undici.buildConnector>

const marked =
  (connect: Connector): Connector =>
  (options, callback) =>
    connect(options, (...[error, socket]) => {
      if (error === null) callback(null, socket)
      else callback(new ProxyFailed(`PROXY_${codeOf(error)}`), null)
    })

const connectorIn = (options: object): Connector | undefined =>
  "connect" in options && typeof options.connect === "function" ? (options.connect as Connector) : undefined

/** For `EnvHttpProxyAgent`: the connections to the proxy. */
export const proxyPool = (origin: URL, options: object): Undici.Dispatcher => {
  const connect = connectorIn(options)
  const pool = new Undici.Pool(origin, connect === undefined ? options : { ...options, connect: marked(connect) })
  const ask: (target: Undici.Dispatcher.ConnectOptions) => Promise<Undici.Dispatcher.ConnectData> = pool.connect
  const through = async (target: Undici.Dispatcher.ConnectOptions) => {
    const answer = await ask.call(pool, target)
    if (answer.statusCode === 200) return answer
    answer.socket.on("error", () => {}).destroy()
    throw new ProxyFailed(`PROXY_STATUS_${answer.statusCode}`)
  }
  return Object.assign(pool, { connect: through })
}
