import { DateTime, Option } from "effect"

const zones = new Map<string, DateTime.TimeZone.Named | undefined>()

/**
 * The time zone of a name as departments have it: an IANA name (`America/Los_Angeles`) or one of its older ones
 * (`US/Eastern`). `undefined` for any other text: a zone that nobody knows makes no instant.
 *
 * An offset (`-05:00`) is no name, though JavaScript takes it for one: it knows no daylight saving, and PostgreSQL would read
 * it with the opposite sign.
 */
export const zoneNamed = (name: string): DateTime.TimeZone.Named | undefined => {
  if (zones.has(name)) return zones.get(name)
  const zone = /^[A-Za-z][\w+-]*(\/[\w+-]+)*$/.test(name)
    ? Option.getOrUndefined(DateTime.zoneMakeNamed(name))
    : undefined
  // There are a few hundred names; texts that are none come from one practice's mistakes.
  if (zones.size < 1000) zones.set(name, zone)
  return zone
}
