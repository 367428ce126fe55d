/**
 * Whether a request comes from where it says, before anything else of it counts.
 */
import type { IncomingHttpHeaders } from "node:http"

const loopbackNames = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])(?::\d{1,5})?$/i

/** Whether an address to listen on is reached from this machine alone. */
export const isLoopback = (host: string): boolean => /^(?:127(?:\.\d{1,3}){3}|localhost|::1)$/i.test(host)

/**
 * Whether the browser meant this machine. A page elsewhere whose name is made to resolve to 127.0.0.1 comes under that name.
 */
export const meansLoopback = (host: string | undefined): boolean => host !== undefined && loopbackNames.test(host)

/**
 * Whether a form was sent from a page of ours. Browsers say so twice; one of both has to be there, and none may disagree.
 */
export const isSameOrigin = (headers: Readonly<Record<string, string | undefined>> | IncomingHttpHeaders): boolean => {
  const site = headers["sec-fetch-site"]
  const origin = headers["origin"]
  if (site === undefined && origin === undefined) return false
  if (site !== undefined && site !== "same-origin") return false
  if (origin === undefined) return true
  return typeof origin === "string" && URL.canParse(origin) && new URL(origin).host === headers["host"]?.toLowerCase()
}
