/** What a connection URL says, without what is secret in it. */
import { Redacted, Result } from "effect"
import { DatabaseUnavailable } from "./errors/DatabaseUnavailable.ts"

/** A readable URL. */
export interface ConnectionUrl {
  /** The URL in the form the driver reads. */
  readonly url: Redacted.Redacted
  /** `host:port/database`, or the socket's folder: safe to print. */
  readonly where: string
  /** The way to the server leaves this machine. */
  readonly isRemote: boolean
  /** TLS is demanded: not merely tried, as by `sslmode=prefer`. */
  readonly isEncrypted: boolean
  /** Certificate authority named by `sslrootcert`. */
  readonly rootCertificate: string | undefined
  /** Whether the URL sets a parameter itself. */
  readonly names: (parameter: string) => boolean
}

const modes = new Set(["disable", "allow", "prefer", "require", "verify-ca", "verify-full"])

/** Reads a `postgresql://` URL; one without a host but with `?host=/folder` is a unix socket, as libpq has it. */
export const parse = (raw: Redacted.Redacted): Result.Result<ConnectionUrl, DatabaseUnavailable> => {
  const invalid = (problem: string) =>
    Result.fail(
      new DatabaseUnavailable({
        reason: "InvalidUrl",
        problem,
        mend: "Write it as postgresql://user:password@host:5432/database?sslmode=require, special characters percent-encoded"
      })
    )
  // libpq takes postgresql://user@/database?host=…; the WHATWG parser wants a host after a user.
  const text = Redacted.value(raw)
    .trim()
    .replace(/^(postgres(?:ql)?:\/\/[^/?#]*@)(?=[/?]|$)/, "$1localhost")
  const url = URL.parse(text)
  if (url === null || (url.protocol !== "postgresql:" && url.protocol !== "postgres:")) {
    return invalid("The database URL is not a postgresql:// URL")
  }
  if (![url.username, url.password, url.hostname, url.pathname].every(isDecodable)) {
    return invalid("The database URL has a % that begins no escape; a % itself is written %25")
  }
  const mode = url.searchParams.get("sslmode")
  if (mode !== null && !modes.has(mode)) {
    return invalid(`The database URL's sslmode is none of ${[...modes].join(", ")}`)
  }
  const host = url.searchParams.get("host") ?? decodeURIComponent(url.hostname)
  const isSocket = host.startsWith("/")
  if (host.includes(",")) return invalid("The database URL names several hosts, and only one is supported")
  const database = url.searchParams.get("dbname") ?? decodeURIComponent(url.pathname.slice(1))
  const port = url.searchParams.get("port") ?? url.port
  const name = host === "" ? "localhost" : host
  return Result.succeed({
    url: Redacted.make(text),
    where: `${name}${isSocket ? "" : `:${port === "" ? "5432" : port}`}${isSocket ? " database " : "/"}${database}`,
    isRemote: !isSocket && !isLoopback(name),
    isEncrypted: mode === "require" || mode === "verify-ca" || mode === "verify-full",
    rootCertificate: url.searchParams.get("sslrootcert") ?? undefined,
    names: (parameter) => url.searchParams.has(parameter)
  })
}

const isDecodable = (text: string): boolean => {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

const isLoopback = (host: string): boolean =>
  host === "localhost" || /^127(\.\d+){3}$/.test(host) || host === "::1" || host === "[::1]"
