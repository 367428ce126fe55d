const isLoopback = (hostname: string) => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)

/**
 * Whether athenahealth could post events there: https, port 443, nothing secret in it. This machine itself is allowed, for a
 * simulator that runs on it.
 */
export const isEventEndpoint = (text: string): boolean => {
  if (!URL.canParse(text) || text.length > 1000) return false
  const { hash, hostname, password, port, protocol, username } = new URL(text)
  if (username !== "" || password !== "" || hash !== "") return false
  if (isLoopback(hostname)) return protocol === "https:" || protocol === "http:"
  return protocol === "https:" && port === ""
}
