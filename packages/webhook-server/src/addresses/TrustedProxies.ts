/**
 * Who a request comes from, behind a proxy.
 *
 * `X-Forwarded-For` is written by whoever sends it. It is believed of the proxies that are named, and of nobody else: read from
 * its end, it names the last address that a trusted proxy saw and that is not one itself. What stands before that may be
 * invented, and is not looked at.
 */
import { Result } from "effect"
import * as IpNetwork from "effect/net/IpNetwork"
import * as NetAddress from "effect/net/NetAddress"

export type TrustedProxies = ReadonlyArray<IpNetwork.IpNetwork>

/** Proxies that a request may have come through one after the other. */
const mostHops = 10

/** `10.0.0.0/8, 192.0.2.1, 2001:db8::/32`; `undefined` if any of it is neither an address nor a network. */
export const trustedProxies = (text: string): TrustedProxies | undefined => {
  const networks: Array<IpNetwork.IpNetwork> = []
  for (const part of text.split(",")) {
    const network = networkNamed(part.trim())
    if (network === undefined) return undefined
    networks.push(network)
  }
  return networks
}

const networkNamed = (text: string): IpNetwork.IpNetwork | undefined => {
  if (text.includes("/")) return Result.getOrUndefined(IpNetwork.fromString(text))
  const address = Result.getOrUndefined(NetAddress.ipFromString(text))
  return address === undefined ? undefined : IpNetwork.makeUnsafe(address, NetAddress.width(address))
}

/** An address in any form that a socket or a proxy writes: mapped, with a zone, in brackets, with a port. */
export const addressNamed = (text: string): NetAddress.IpAddress | undefined => {
  const [, bracketed, withPort] =
    /^\[([^\]]{2,60})\](?::\d{1,5})?$|^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/.exec(text) ?? []
  const bare = (bracketed ?? withPort ?? text).replace(/%.{0,40}$/, "")
  const address = Result.getOrUndefined(NetAddress.ipFromString(bare))
  return address === undefined ? undefined : NetAddress.toCanonical(address)
}

/** Whether the address is one of them. */
export const isTrusted = (proxies: TrustedProxies, address: NetAddress.IpAddress): boolean =>
  proxies.some((network) => IpNetwork.contains(network, address))

/**
 * The address that a request came from. `peer` is the other end of its connection. Where a trusted proxy says nothing that can be
 * read, it is the proxy itself. `undefined`: the connection has none, as that of a Unix socket.
 */
export const clientAddress = (
  proxies: TrustedProxies,
  peer: string | undefined,
  forwardedFor: string | undefined
): NetAddress.IpAddress | undefined => {
  let nearest = addressNamed(peer ?? "")
  if (nearest === undefined || forwardedFor === undefined || proxies.length === 0) return nearest
  let rest = forwardedFor
  for (let hop = 0; hop < mostHops && isTrusted(proxies, nearest) && rest !== ""; hop++) {
    const comma = rest.lastIndexOf(",")
    const next = addressNamed(rest.slice(comma + 1).trim())
    if (next === undefined) return nearest
    nearest = next
    rest = comma < 0 ? "" : rest.slice(0, comma)
  }
  return nearest
}
