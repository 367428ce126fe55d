import * as NetAddress from "effect/net/NetAddress"

/** What counts as one sender: an address, or of IPv6 the network of 2^64 that whoever has one of them has. */
export const networkOf = (address: NetAddress.IpAddress): string =>
  NetAddress.isIpv6Address(address)
    ? NetAddress.ipv6ToSegments(address).slice(0, 4).join(":")
    : NetAddress.formatIp(address)
