/** `bytea` to the lower-case hex that entries hold. */
export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex")
