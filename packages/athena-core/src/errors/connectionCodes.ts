/**
 * What the codes of failed connections mean to whoever operates the program, and whether another attempt can help.
 *
 * The codes are those of Node and OpenSSL. Those that begin with `PROXY_` are ours: `PROXY_STATUS_407` for a proxy that
 * answered the request to connect with that status, `PROXY_ECONNREFUSED` for one that could not be connected to.
 */

/** The chain of the certificate ends at an authority that this machine does not know. */
const unknownAuthority: ReadonlySet<string> = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE"
])

const outOfDate: ReadonlySet<string> = new Set(["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"])

const otherHost = "ERR_TLS_CERT_ALTNAME_INVALID"

const proxyStatus = /^PROXY_STATUS_(\d{3})$/

/** Statuses of a proxy that has a bad moment; any other is its decision. */
const passingStatuses: ReadonlySet<string> = new Set(["500", "502", "503", "504"])

/** Nothing of the request was sent: there was no line to send it on. */
const neverConnected: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "UND_ERR_CONNECT_TIMEOUT"
])

const isOfCertificate = (code: string) => unknownAuthority.has(code) || outOfDate.has(code) || code === otherHost

/** Whether the connection failed before anything was sent. */
export const wasNeverConnected = (code: string): boolean =>
  neverConnected.has(code) || isOfCertificate(code) || code.startsWith("PROXY_")

/** Whether the same attempt a moment later ends in the same way: somebody has to change something first. */
export const isLasting = (code: string): boolean => {
  const status = proxyStatus.exec(code)?.[1]
  return isOfCertificate(code.replace(/^PROXY_/, "")) || (status !== undefined && !passingStatuses.has(status))
}

const certificateAdvice = (code: string, whose: string): string | undefined => {
  if (unknownAuthority.has(code)) {
    return (
      `${whose} certificate is signed by an authority that this machine does not know (${code}). If your network or your ` +
      "server has a certificate authority of its own, set NODE_EXTRA_CA_CERTS to a PEM file with its certificate"
    )
  }
  if (outOfDate.has(code))
    return `${whose} certificate is not valid now (${code}). Check this machine's clock, then the certificate`
  if (code === otherHost)
    return `${whose} certificate is for another host name (${code}). Check the host name and who answers under it`
  return undefined
}

const proxyAdvice = (code: string): string => {
  const status = proxyStatus.exec(code)?.[1]
  if (status === "407") {
    return "the proxy refused the credentials, or asks for some (407). Set HTTPS_PROXY to http://USER:PASSWORD@HOST:PORT"
  }
  if (status !== undefined) {
    return `the proxy refused to connect to athenahealth (${status}). Ask who runs it to allow the host, or name the host in NO_PROXY`
  }
  const cause = code.replace(/^PROXY_/, "")
  return (
    certificateAdvice(cause, "the proxy's") ??
    `the proxy could not be connected to (${cause}). Check HTTPS_PROXY, or name the host in NO_PROXY where it can be reached directly`
  )
}

/** One line that says what happened and what to do. */
export const connectionAdvice = (code: string): string =>
  code.startsWith("PROXY_")
    ? proxyAdvice(code)
    : (certificateAdvice(code, "the server's") ??
      `the connection failed (${code}). Check network, proxy and certificates`)
