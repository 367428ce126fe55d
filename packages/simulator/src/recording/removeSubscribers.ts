/** Stands in the place of every subscriber's address. */
const nobody = "https://subscriber.example/"

/**
 * Takes out of FHIR subscriptions, at any depth and in place, where their notifications go and with which headers: an address
 * may hold a key, and headers often are one. Returns the same value.
 */
export const removeSubscribers = <A>(value: A): A => {
  strip(value)
  return value
}

const strip = (value: unknown): void => {
  if (typeof value !== "object" || value === null) return
  const { channel, resourceType } = value as { readonly channel?: unknown; readonly resourceType?: unknown }
  if (resourceType === "Subscription" && typeof channel === "object" && channel !== null) {
    const told = channel as { endpoint?: unknown; header?: unknown }
    if (told.endpoint !== undefined) told.endpoint = nobody
    delete told.header
  }
  for (const item of Object.values(value)) strip(item)
}
